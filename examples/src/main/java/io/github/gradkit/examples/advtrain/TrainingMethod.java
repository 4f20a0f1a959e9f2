package io.github.gradkit.examples.advtrain;

import java.util.Locale;

/** How a model is trained. */
enum TrainingMethod {
    /** On the images as they are. */
    CLEAN("Clean"),
    /** On images perturbed by projected gradient descent. */
    PGD("PGD"),
    /** On images perturbed by one step from a random start. */
    FAST("Fast"),
    /** On replayed images, perturbed by the gradients of the training steps. */
    FREE("Free"),
    /** On clean images, with a penalty for outputs that move under attack. */
    TRADES("TRADES"),
    /** On perturbed images, with more weight on those that are hard. */
    MART("MART");

    private final String title;

    TrainingMethod(String title) {
        this.title = title;
    }

    /** Returns the name for tables. */
    String title() {
        return title;
    }

    /** Returns the name as typed on the command line and written to JSON. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
