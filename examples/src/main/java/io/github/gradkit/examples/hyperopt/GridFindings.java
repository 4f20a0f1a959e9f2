package io.github.gradkit.examples.hyperopt;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Sentences that the text and the report of a grid have in common. */
final class GridFindings {

    private final GridResult grid;

    GridFindings(GridResult grid) {
        this.grid = grid;
    }

    String data() {
        return String.format(
                Locale.ROOT,
                "%s: %d training and %d test images, seed %d",
                grid.settings().dataset(),
                grid.network().data().train().size(),
                grid.network().data().test().size(),
                grid.settings().seed());
    }

    String training() {
        return String.format(
                Locale.ROOT,
                "%s; %s of batches of %d; %s; %s",
                grid.network().describe(),
                Numbers.epochs(grid.network().epochs()),
                grid.network().batchSize(),
                grid.settings().describeKappa(),
                grid.settings().style().describe());
    }

    String legend() {
        return String.format(
                Locale.ROOT,
                "div: diverged, counts as guessing (error %s %%, loss ln %d = %.2f). spread: worst"
                        + " minus best final training loss; what is worse than guessing counts as"
                        + " guessing. usable: starts that end within %.0f points of the least test"
                        + " error.",
                Numbers.percent(1 - 1.0 / grid.network().classes()),
                grid.network().classes(),
                grid.guessingLoss(),
                100 * GridResult.USABLE);
    }

    /** Says what the levels changed, for better or worse. */
    String reading(BaseKind base) {
        List<Integer> heights = grid.settings().heights();
        int low = heights.get(0);
        int high = mostUsable(base);
        String wider =
                high == low
                        ? String.format(
                                Locale.ROOT,
                                "No tower ends well from more of the %d initial rates than height"
                                        + " %d does (%d).",
                                grid.settings().rates().size(),
                                low,
                                grid.usable(base, low))
                        : String.format(
                                Locale.ROOT,
                                "Height %d ends well from %d of the %d initial rates, height %d"
                                        + " from %d.",
                                low,
                                grid.usable(base, low),
                                grid.settings().rates().size(),
                                high,
                                grid.usable(base, high));
        return base.title() + ": " + wider + " " + spread(base, low) + " " + extremes(base);
    }

    private String spread(BaseKind base, int low) {
        List<Integer> heights = grid.settings().heights();
        int high = heights.get(heights.size() - 1);
        double before = grid.spread(base, low);
        double after = grid.spread(base, high);
        if (high == low) {
            return String.format(Locale.ROOT, "The spread of the loss is %.3f.", before);
        }
        String form =
                after >= before
                        ? "The spread of the loss does not fall: %.3f, and %.3f at height %d. It"
                                + " counts the worst rate."
                        : after > before / 2
                                ? "The spread of the loss falls only from %.3f to %.3f at height"
                                        + " %d, since it counts the worst rate."
                                : "The spread of the loss falls from %.3f to %.3f at height %d.";
        return String.format(Locale.ROOT, form, before, after, high);
    }

    private int mostUsable(BaseKind base) {
        int most = grid.settings().heights().get(0);
        for (int height : grid.settings().heights()) {
            if (grid.usable(base, height) > grid.usable(base, most)) {
                most = height;
            }
        }
        return most;
    }

    private String extremes(BaseKind base) {
        GridRun best = grid.best(base);
        String never =
                grid.settings().rates().stream()
                        .filter(rate -> isHopeless(base, rate))
                        .map(Numbers::rate)
                        .collect(Collectors.joining(" and "));
        return String.format(
                Locale.ROOT,
                "The least training loss is that of height %d from %s (test error %s %%)%s.",
                best.height(),
                Numbers.rate(best.rate()),
                Numbers.percent(best.end().testError()),
                never.isEmpty() ? "" : "; from " + never + " no height ends well");
    }

    private boolean isHopeless(BaseKind base, double rate) {
        double limit = grid.leastError(base) + GridResult.USABLE;
        return grid.runs().stream()
                .filter(run -> run.base() == base && run.rate() == rate)
                .allMatch(run -> run.end().testError() > limit);
    }

    /** Says whether the constants that were learned do as well as learning them. */
    String constants() {
        Map<Boolean, Long> better =
                grid.reruns().stream()
                        .collect(
                                Collectors.partitioningBy(
                                        rerun ->
                                                rerun.end().testError()
                                                        < rerun.run().end().testError(),
                                        Collectors.counting()));
        return String.format(
                Locale.ROOT,
                "Training again with the learned constants gave a lower test error than the tower"
                        + " that learned them in %d of %d cases.",
                better.get(true),
                grid.reruns().size());
    }
}
