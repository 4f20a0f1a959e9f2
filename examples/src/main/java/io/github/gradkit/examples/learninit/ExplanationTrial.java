package io.github.gradkit.examples.learninit;

import io.github.gradkit.learninit.explain.Explanation;
import io.github.gradkit.learninit.explain.Explanations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What came of a way to explain images on one seed. Figures that there are none for, as nothing was
 * found, are not a number.
 *
 * @param found the share of images with an explanation
 * @param l1 the mean l1 norm of the explanations
 * @param l2 their mean l2 norm
 * @param reached the share of images that came near to the value that zero reaches in the end, of
 *     those that zero explains
 * @param iterations the median of the iterations until then, all of them where it never was
 * @param ofZero the iterations as a share of those from zero
 * @param queries how often the classifier was run on an image in as many iterations
 * @param allIterations the iterations of all searches
 * @param allQueries the queries of all searches
 */
record ExplanationTrial(
        double found,
        double l1,
        double l2,
        double reached,
        double iterations,
        double ofZero,
        double queries,
        double allIterations,
        double allQueries) {

    /** What counts as having reached a value: this much more of it. */
    static final double NEAR = 0.05;

    /** Measures explanations against those of the same images from zero. */
    static ExplanationTrial of(Explanations mine, Explanations zero, int stepsOfSearch) {
        List<Explanation> rows = mine.rows();
        double all = rows.get(0).iterations();
        double allQueries = rows.get(0).queries();
        double[] own = iterations(mine, zero, stepsOfSearch);
        double iterations = median(own, all);
        return new ExplanationTrial(
                mine.foundRate(),
                mean(rows, Explanation::l1),
                mean(rows, Explanation::l2),
                Arrays.stream(own).filter(Double::isFinite).count() / (double) own.length,
                iterations,
                iterations / median(iterations(zero, zero, stepsOfSearch), all),
                allQueries * iterations / all,
                all,
                allQueries);
    }

    private static double mean(List<Explanation> rows, ToDoubleFunction<Explanation> figure) {
        return rows.stream()
                .filter(Explanation::found)
                .mapToDouble(figure)
                .average()
                .orElse(Double.NaN);
    }

    /** One number for each image that zero explains; infinite where the value is not reached. */
    private static double[] iterations(Explanations mine, Explanations zero, int stepsOfSearch) {
        List<Double> all = new ArrayList<>();
        for (int image = 0; image < zero.rows().size(); image++) {
            Explanation goal = zero.rows().get(image);
            if (goal.found()) {
                all.add(iterations(mine.curve(), image, goal.value(), stepsOfSearch));
            }
        }
        return all.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** The curve has a point for the start of each search and one for each step. */
    private static double iterations(
            List<List<Double>> curve, int image, double value, int stepsOfSearch) {
        for (int point = 0; point < curve.size(); point++) {
            if (curve.get(point).get(image) <= value * (1 + NEAR)) {
                int search = point / (stepsOfSearch + 1);
                return point - search;
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    private static double median(double[] numbers, double most) {
        double[] sorted = Arrays.stream(numbers).map(x -> Math.min(x, most)).sorted().toArray();
        int half = sorted.length / 2;
        if (sorted.length == 0) {
            return Double.NaN;
        }
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
