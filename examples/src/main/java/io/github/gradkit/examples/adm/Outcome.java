package io.github.gradkit.examples.adm;

import io.github.gradkit.examples.evaluation.Measured;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A method with one weight of the regulariser, on all seeds.
 *
 * @param method the method
 * @param lambda the weight, 0 if there is none
 * @param trials one for each seed, in the same order in all outcomes
 */
record Outcome(Method method, double lambda, List<Trial> trials) {

    Outcome {
        trials = List.copyOf(trials);
    }

    Measured of(ToDoubleFunction<Trial> figure) {
        return Measured.of(trials.stream().map(figure::applyAsDouble).toList());
    }

    /** Returns the grid energy of the training images, per pixel. */
    Measured energy() {
        return of(Trial::energy);
    }

    /** Returns the relaxed grid energy of the training images, per pixel. */
    Measured relaxed() {
        return of(Trial::relaxed);
    }

    Measured trainMiou() {
        return of(trial -> trial.train().miou());
    }

    Measured validationMiou() {
        return of(Trial::validationMiou);
    }

    /** Returns the mean intersection over union on test images, from 0 to 1. */
    Measured miou() {
        return of(Trial::miou);
    }

    Measured seconds() {
        return of(Trial::seconds);
    }

    /** Returns how much higher a figure is than in another outcome, seed by seed. */
    Measured minus(Outcome other, ToDoubleFunction<Trial> figure) {
        List<Double> differences = new ArrayList<>();
        for (int i = 0; i < trials.size(); i++) {
            differences.add(
                    figure.applyAsDouble(trials.get(i))
                            - figure.applyAsDouble(other.trials.get(i)));
        }
        return Measured.of(differences);
    }

    /** Returns when the labelling was measured, in epochs. */
    double[] epochs() {
        return trials.get(0).curve().stream().mapToDouble(Trial.Point::epoch).toArray();
    }

    /** Returns the grid energy each time it was measured, the mean over seeds. */
    double[] energies() {
        double[] means = new double[trials.get(0).curve().size()];
        for (Trial trial : trials) {
            for (int i = 0; i < means.length; i++) {
                means[i] += trial.curve().get(i).assessment().energy() / trials.size();
            }
        }
        return means;
    }
}
