package io.github.gradkit.examples.advtrain;

import io.github.gradkit.advtrain.evaluate.Accuracy;
import io.github.gradkit.advtrain.evaluate.RobustnessReport;
import io.github.gradkit.advtrain.evaluate.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A model under attack.
 *
 * @param method how it was trained
 * @param trainSeconds how long that took
 * @param losses the mean training loss of each epoch
 * @param report what the attacks came to
 * @param seconds how long they took
 * @param pictures what some images look like under attack
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record Evaluated(
        TrainingMethod method,
        double trainSeconds,
        double[] losses,
        RobustnessReport report,
        double seconds,
        List<Perturbed> pictures) {

    /** Returns the accuracy under one of the attacks of {@link Experiment}. */
    Accuracy under(String attack) {
        return report.attack(attack)
                .orElseThrow(() -> new IllegalStateException("no attack named " + attack))
                .accuracy();
    }

    /** Returns what the checklist says, in short. */
    String verdict() {
        String bad =
                report.checklist().lines().stream()
                        .filter(line -> line.verdict() != Verdict.PASS)
                        .filter(line -> line.verdict() != Verdict.SKIPPED)
                        .map(
                                line ->
                                        line.item().number()
                                                + " "
                                                + line.verdict()
                                                        .toString()
                                                        .toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "));
        return bad.isEmpty() ? "nothing suspicious" : bad;
    }

    /**
     * An image under attack.
     *
     * @param index its index among the test images
     * @param pixels the perturbed pixels, from 0 to 255
     * @param predicted what the model takes it for
     */
    record Perturbed(int index, int[] pixels, int predicted) {}
}
