package io.github.gradkit.examples.learninit;

import io.github.gradkit.examples.evaluation.Measured;
import java.util.ArrayList;
import java.util.List;

/**
 * What came of a start on all seeds.
 *
 * @param name the name of the start
 * @param role what it is
 * @param trials one for each seed
 */
record StartOutcome(String name, Role role, List<Trial> trials) {

    Measured value() {
        return Measured.of(trials.stream().map(Trial::value).toList());
    }

    double seconds() {
        return trials.stream().mapToDouble(Trial::seconds).average().orElseThrow();
    }

    double trainingSeconds() {
        return trials.stream().mapToDouble(Trial::trainingSeconds).average().orElseThrow();
    }

    /** The mean curve over the seeds, which all have the same steps. */
    List<Trial.Point> curve() {
        List<Trial.Point> first = trials.get(0).curve();
        List<Trial.Point> curve = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            int point = i;
            double mean =
                    trials.stream()
                            .mapToDouble(trial -> trial.curve().get(point).value())
                            .average()
                            .orElseThrow();
            curve.add(new Trial.Point(first.get(i).steps(), mean));
        }
        return curve;
    }
}
