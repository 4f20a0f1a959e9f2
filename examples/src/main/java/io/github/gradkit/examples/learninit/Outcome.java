package io.github.gradkit.examples.learninit;

import io.github.gradkit.examples.evaluation.Measured;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What came of all starts on a problem.
 *
 * @param kind the problem
 * @param starts what came of each start
 */
record Outcome(ProblemKind kind, List<StartOutcome> starts) {

    /** The start that others are said to gain over. */
    static final String RANDOM = "uniform";

    /** What counts as having reached a value: a distance of this share of it. */
    static final double NEAR = 0.01;

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

    private List<Double> stepsBySeed(StartOutcome start) {
        List<Trial> baseline = bestBaseline().trials();
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
