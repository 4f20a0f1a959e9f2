package io.github.gradkit.examples.learninit;

import io.github.gradkit.examples.evaluation.Measured;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the figures say, in words. */
final class Findings {

    /** The budgets of which a learned start is to match twice as many uniform steps. */
    private static final List<Integer> BUDGETS = List.of(1, 2, 5);

    private Findings() {}

    static List<String> of(Outcome outcome) {
        List<String> sentences = new ArrayList<>();
        sentences.add(value(outcome));
        sentences.add(steps(outcome));
        outcome.starts().stream()
                .filter(start -> start.role() == Role.REFERENCE)
                .forEach(start -> sentences.add(gap(outcome, start)));
        if (outcome.kind() == ProblemKind.ATTACK) {
            sentences.add(doubled(outcome));
        }
        if (outcome.kind() == ProblemKind.EXPLANATION) {
            sentences.add(halved(outcome));
        }
        return sentences;
    }

    private static String value(Outcome outcome) {
        StartOutcome learned = outcome.bestLearned();
        StartOutcome baseline = outcome.bestBaseline();
        Measured gain = outcome.gain(learned, baseline);
        String figures =
                String.format(
                        Locale.ROOT,
                        "The start %s reaches %s, and %s, the best one without learning, %s. ",
                        learned.name(),
                        learned.value().text(3),
                        baseline.name(),
                        baseline.value().text(3));
        if (Double.isNaN(gain.half())) {
            return figures + "One seed can't tell whether that is chance.";
        }
        if (gain.isSurelyPositive()) {
            return figures + "Seed by seed, learning gains " + gain.text(4) + ".";
        }
        if (gain.isSurelyNegative()) {
            return figures + "Seed by seed, learning loses " + minus(gain).text(4) + ".";
        }
        return figures
                + "That is no difference beyond chance: "
                + baseline.name()
                + " is as good as learning here.";
    }

    private static Measured minus(Measured gain) {
        return new Measured(-gain.mean(), gain.half());
    }

    private static String steps(Outcome outcome) {
        StartOutcome baseline = outcome.bestBaseline();
        StartOutcome learned = fastest(outcome);
        Measured mine = outcome.steps(learned);
        Measured others = outcome.steps(baseline);
        Measured saved = outcome.stepsSaved(learned);
        String unit = outcome.kind().stepTitle();
        String near = "To come within 1 % of the value of " + baseline.name() + ", ";
        if (Double.isInfinite(mine.mean())) {
            return near + "no learned start has enough steps on all seeds.";
        }
        String figures =
                near
                        + String.format(
                                Locale.ROOT,
                                "%s takes %s %s and %s itself %s",
                                learned.name(),
                                mine.text(1),
                                unit,
                                baseline.name(),
                                others.text(1));
        if (saved.isSurelyNegative()) {
            return figures + ": learning takes more steps.";
        }
        return figures
                + (saved.isSurelyPositive() || Double.isNaN(saved.half())
                        ? "."
                        : ": no difference beyond chance.");
    }

    private static StartOutcome fastest(Outcome outcome) {
        StartOutcome fastest = outcome.bestLearned();
        for (StartOutcome start : outcome.starts()) {
            if (start.role() == Role.LEARNED
                    && outcome.steps(start).mean() < outcome.steps(fastest).mean()) {
                fastest = start;
            }
        }
        return fastest;
    }

    /** How much of what many runs gain over one a learned start gains, too. */
    private static String gap(Outcome outcome, StartOutcome reference) {
        double whole = outcome.gain(reference, outcome.random()).mean();
        double part = outcome.gain(outcome.bestLearned(), outcome.random()).mean();
        String cost =
                String.format(
                        Locale.ROOT, "%s reaches %s", reference.name(), reference.value().text(3));
        if (whole <= 0) {
            return cost + ", no more than a single uniform start.";
        }
        return cost
                + String.format(
                        Locale.ROOT,
                        "; with one run, %s closes %.0f %% of the gap to it from one uniform"
                                + " start.",
                        outcome.bestLearned().name(),
                        100 * part / whole);
    }

    /** Compares k gradients from a learned start with twice as many from a uniform one. */
    static Measured doubled(Outcome outcome, int budget) {
        List<Trial> learned = outcome.bestLearned().trials();
        List<Trial> uniform = outcome.random().trials();
        List<Double> gains = new ArrayList<>();
        for (int i = 0; i < learned.size(); i++) {
            double mine = AttackStudy.lossAt(learned.get(i), budget);
            gains.add(mine - AttackStudy.lossAt(uniform.get(i), 2 * budget));
        }
        return Measured.of(gains);
    }

    static List<Integer> doubledBudgets() {
        return BUDGETS;
    }

    /** Compares the steps that starts take to what zero reaches. */
    private static String halved(Outcome outcome) {
        StartOutcome zero = outcome.named("zero");
        List<String> parts = new ArrayList<>();
        for (StartOutcome start : outcome.starts()) {
            Measured share = outcome.shareOfSteps(start, zero);
            if (!start.name().equals(zero.name()) && Double.isFinite(share.mean())) {
                Measured percent = new Measured(100 * share.mean(), 100 * share.half());
                parts.add(start.name() + " " + percent.text(0) + " %");
            }
        }
        String steps =
                String.format(
                        Locale.ROOT,
                        "To come within 1 %% of the value of zero, zero itself takes %s steps;",
                        outcome.steps(zero, zero).text(1));
        return parts.isEmpty()
                ? steps + " no other start comes there on all seeds."
                : steps + " as a share of that, " + String.join(", ", parts) + ".";
    }

    private static String doubled(Outcome outcome) {
        List<String> parts = new ArrayList<>();
        for (int budget : BUDGETS) {
            Measured gain = doubled(outcome, budget);
            parts.add(
                    String.format(
                            Locale.ROOT,
                            "%d against %d: %s%s",
                            budget,
                            2 * budget,
                            gain.mean() > 0 ? "+" : "",
                            gain.text(3)));
        }
        return "Cross-entropy from "
                + outcome.bestLearned().name()
                + " minus that from uniform with twice the gradients, "
                + String.join("; ", parts)
                + ". Evaluate robustness with random restarts all the same: a model that resists"
                + " learned starts only is not robust.";
    }
}
