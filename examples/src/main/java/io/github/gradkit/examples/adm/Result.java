package io.github.gradkit.examples.adm;

import io.github.gradkit.adm.data.ScribbledImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came out.
 *
 * @param settings what was asked for
 * @param source where the images come from
 * @param data the images of each seed
 * @param maskEnergy the grid energy per pixel of the true masks of training images, the mean over
 *     seeds; not a number if they are not known in full
 * @param trials all trainings
 * @param shown the images of the first seed whose labellings were kept
 */
record Result(
        Settings settings,
        String source,
        List<SegmentationData> data,
        double maskEnergy,
        List<Trial> trials,
        List<ScribbledImage> shown) {

    Result {
        data = List.copyOf(data);
        trials = List.copyOf(trials);
        shown = List.copyOf(shown);
    }

    /** Returns all outcomes, in the order of methods and weights. */
    List<Outcome> outcomes() {
        Map<List<Object>, List<Trial>> groups = new LinkedHashMap<>();
        trials.stream()
                .sorted(Comparator.comparing(Trial::method).thenComparing(Trial::lambda))
                .forEach(
                        trial ->
                                groups.computeIfAbsent(
                                                List.of(trial.method(), trial.lambda()),
                                                key -> new ArrayList<>())
                                        .add(trial));
        return groups.values().stream()
                .map(group -> new Outcome(group.get(0).method(), group.get(0).lambda(), group))
                .toList();
    }

    /** Returns the outcomes of one method. */
    List<Outcome> of(Method method) {
        return outcomes().stream().filter(outcome -> outcome.method() == method).toList();
    }

    Outcome of(Method method, double lambda) {
        return of(method).stream()
                .filter(outcome -> outcome.lambda() == lambda)
                .findFirst()
                .orElseThrow();
    }

    /** Returns the methods that were tried. */
    List<Method> methods() {
        return Arrays.stream(Method.values()).filter(method -> !of(method).isEmpty()).toList();
    }

    /** Returns a method with the weight that is best on validation images. */
    Outcome best(Method method) {
        return findBest(method).orElseThrow();
    }

    Optional<Outcome> findBest(Method method) {
        return of(method).stream()
                .max(Comparator.comparingDouble(outcome -> outcome.validationMiou().mean()));
    }

    /** Returns all methods, each at its best. */
    List<Outcome> best() {
        return methods().stream().map(this::best).toList();
    }

    /** Returns the share of pixels of training images that have a scribble, the mean over seeds. */
    double labelledShare() {
        return data.stream().mapToDouble(SegmentationData::labelledShare).average().orElseThrow();
    }

    /** Whether full masks are known, so that scores are those of all pixels. */
    boolean hasMasks() {
        return data.stream().allMatch(SegmentationData::hasMasks);
    }
}
