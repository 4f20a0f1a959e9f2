package io.github.gradkit.examples.learninit;

import io.github.gradkit.examples.data.DataSetName;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What a run does.
 *
 * @param problems the problems, in order
 * @param firstSeed the seed of the first repetition; the others follow it
 * @param repetitions how often everything is done, data and training included
 * @param dataset the images
 * @param epochs passes over the training images, at least 2
 * @param size how much of everything is solved; 1 is the full size
 */
record Settings(
        List<ProblemKind> problems,
        long firstSeed,
        int repetitions,
        DataSetName dataset,
        int epochs,
        double size) {

    List<Long> seeds() {
        return LongStream.range(firstSeed, firstSeed + repetitions).boxed().toList();
    }

    boolean needsImages() {
        return problems.stream().anyMatch(ProblemKind::needsImages);
    }

    /** Scales a number of instances or passes. */
    int scaled(int full) {
        return (int) Math.max(2, Math.round(full * size));
    }
}
