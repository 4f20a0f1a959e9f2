package io.github.gradkit.examples.adacomp;

import io.github.gradkit.advtrain.evaluate.WilsonInterval;
import java.util.Locale;
import java.util.Optional;

/** What a run found, in words. */
final class Findings {

    private Findings() {}

    static String summary(Result result) {
        Optional<Outcome> found = result.compressed();
        if (found.isEmpty()) {
            return "Only the dense training was run, so there is nothing to compare.";
        }
        Outcome outcome = found.get();
        return String.format(
                Locale.ROOT,
                "%s sent %s times fewer bytes than dense gradients (%s times in the accounting of"
                        + " the paper) and ends %s.",
                outcome.kind().title(),
                rate(outcome.rateBytes()),
                rate(outcome.ratePaper()),
                points(100 * (outcome.finalAccuracy() - result.dense().finalAccuracy())));
    }

    private static String rate(double rate) {
        return String.format(Locale.ROOT, rate < 9.95 ? "%.1f" : "%.0f", rate);
    }

    private static String points(double points) {
        String size = String.format(Locale.ROOT, "%.1f", Math.abs(points));
        if (size.equals("0.0")) {
            return "as accurate";
        }
        return size + (points < 0 ? " points less accurate" : " points more accurate");
    }

    static String uncertainty(Result result) {
        int images = result.data().test().size();
        double widest =
                result.outcomes().stream()
                        .map(
                                outcome ->
                                        WilsonInterval.of(
                                                Math.round(outcome.finalAccuracy() * images),
                                                images))
                        .mapToDouble(interval -> (interval.high() - interval.low()) / 2)
                        .max()
                        .orElse(0);
        return String.format(
                Locale.ROOT,
                "With %d test images, an accuracy is uncertain by up to %.1f points (95 %%"
                        + " confidence).",
                images,
                100 * widest);
    }

    /** Returns the step times on the link, or nothing without one. */
    static Optional<String> link(Result result) {
        Link link = result.settings().link();
        if (link == null) {
            return Optional.empty();
        }
        int learners = result.settings().learners();
        if (learners == 1) {
            return Optional.of(
                    "One learner has nobody to talk to, so the link makes no step longer.");
        }
        double dense = result.dense().stepMillis(link, learners);
        String compressed =
                result.compressed()
                        .map(
                                outcome ->
                                        compressed(
                                                outcome, outcome.stepMillis(link, learners), dense))
                        .orElse("");
        return Optional.of(
                String.format(
                        Locale.ROOT,
                        "On a link of %s, a step would take %.2f ms with dense gradients%s."
                                + " Computed from the measured times of a step, of packing and of"
                                + " unpacking, and from the real sizes of the messages. Every"
                                + " learner receives the message of every other one; of dense"
                                + " gradients, an all-reduce could send fewer bytes than that.",
                        link,
                        dense,
                        compressed));
    }

    private static String compressed(Outcome outcome, double millis, double dense) {
        return String.format(
                Locale.ROOT,
                " and %.2f ms with %s, %.1f times %s",
                millis,
                outcome.kind().title(),
                Math.max(dense / millis, millis / dense),
                millis <= dense ? "faster" : "slower");
    }
}
