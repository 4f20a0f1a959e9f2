package io.github.gradkit.examples.learninit;

import io.github.gradkit.examples.evaluation.Measured;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What came of all starts on a problem.
 *
 * @param kind the problem
 * @param form the form of it that was solved
 * @param starts what came of each start
 * @param variants what came of other forms of the problem
 * @param materials what else there is to show
 */
record Outcome(
        ProblemKind kind,
        Variant form,
        List<StartOutcome> starts,
        List<Outcome> variants,
        List<Material> materials) {

    /** The start that others are said to gain over. */
    static final String RANDOM = "uniform";

    /** What counts as having reached a value: a distance of this share of it. */
    static final double NEAR = 0.01;

    /** This and the other forms of the problem. */
    List<Outcome> forms() {
        return Stream.concat(Stream.of(this), variants.stream()).toList();
    }

    StartOutcome random() {
        return named(RANDOM);
    }

    StartOutcome named(String name) {
        return starts.stream().filter(start -> start.name().equals(name)).findFirst().orElseThrow();
    }

    StartOutcome best(Role role) {
        Comparator<StartOutcome> byGain =
                Comparator.comparingDouble(start -> kind.gain(start.value().mean(), 0));
        return starts.stream().filter(start -> start.role() == role).max(byGain).orElseThrow();
    }

    StartOutcome bestBaseline() {
        return best(Role.BASELINE);
    }

    StartOutcome bestLearned() {
        return best(Role.LEARNED);
    }

    /** How much more a start reaches than another one, seed by seed. */
    Measured gain(StartOutcome start, StartOutcome over) {
        List<Double> gains = new ArrayList<>();
        for (int i = 0; i < start.trials().size(); i++) {
            gains.add(kind.gain(start.trials().get(i).value(), over.trials().get(i).value()));
        }
        return Measured.of(gains);
    }

    /** The steps until a start is near to the value of the best baseline; maybe infinite. */
    Measured steps(StartOutcome start) {
        return Measured.of(stepsBySeed(start));
    }

    /** The same in words, where a seed on which the value is not reached has no number. */
    String stepsText(StartOutcome start) {
        List<Double> steps = stepsBySeed(start);
        long reached = steps.stream().filter(Double::isFinite).count();
        if (reached == steps.size()) {
            return Measured.of(steps).text(1);
        }
        return reached == 0 ? "never" : "on " + reached + " of " + steps.size();
    }

    /** How many steps fewer than the best baseline a start takes to come near to its value. */
    Measured stepsSaved(StartOutcome start) {
        List<Double> mine = stepsBySeed(start);
        List<Double> others = stepsBySeed(bestBaseline());
        List<Double> saved = new ArrayList<>();
        for (int i = 0; i < mine.size(); i++) {
            saved.add(others.get(i) - mine.get(i));
        }
        return Measured.of(saved);
    }

    /** The steps until a start is near to the value of another one; maybe infinite. */
    Measured steps(StartOutcome start, StartOutcome to) {
        return Measured.of(stepsBySeed(start, to));
    }

    /** The same as a share of the steps that the other one takes itself; maybe infinite. */
    Measured shareOfSteps(StartOutcome start, StartOutcome to) {
        List<Double> mine = stepsBySeed(start, to);
        List<Double> others = stepsBySeed(to, to);
        List<Double> shares = new ArrayList<>();
        for (int i = 0; i < mine.size(); i++) {
            shares.add(others.get(i) == 0 ? 1 : mine.get(i) / others.get(i));
        }
        return Measured.of(shares);
    }

    private List<Double> stepsBySeed(StartOutcome start) {
        return stepsBySeed(start, bestBaseline());
    }

    private List<Double> stepsBySeed(StartOutcome start, StartOutcome to) {
        List<Trial> baseline = to.trials();
        List<Double> steps = new ArrayList<>();
        for (int i = 0; i < baseline.size(); i++) {
            double value = baseline.get(i).value();
            double slack = NEAR * Math.abs(value);
            double goal = kind.isHighGood() ? value - slack : value + slack;
            steps.add(start.trials().get(i).stepsTo(kind, goal));
        }
        return steps;
    }
}
