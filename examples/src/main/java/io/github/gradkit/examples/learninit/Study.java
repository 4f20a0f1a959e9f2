package io.github.gradkit.examples.learninit;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Solves one problem from all starts. */
interface Study {

    /**
     * Trains the starts, and solves from all of them.
     *
     * @param seed decides data, training and starts
     * @param images the classifier and its images, or {@code null} if the problem needs none
     * @param board receives what came of each start, in the same order on each seed
     * @throws IOException if a log can't be kept
     */
    void run(long seed, @Nullable TrainedImages images, Board board) throws IOException;

    /** Makes the study of a problem. */
    static Study of(ProblemKind kind, Settings settings) {
        return switch (kind) {
            case TOY -> new ToyStudy(settings);
            case ATTACK -> new AttackStudy(settings);
            case EXPLANATION -> new ExplanationStudy(settings);
            case POWER -> new PowerStudy(settings);
        };
    }
}
