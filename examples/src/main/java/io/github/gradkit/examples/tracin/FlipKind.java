package io.github.gradkit.examples.tracin;

import java.util.Locale;

/** How labels are spoiled. */
enum FlipKind {
    /** To any other class, each with the same probability. */
    UNIFORM,
    /** To the wrong class that a model trained on clean labels finds most likely. */
    CONFUSABLE;

    /** Returns the name as typed on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
