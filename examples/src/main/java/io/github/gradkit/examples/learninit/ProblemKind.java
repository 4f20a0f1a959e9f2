package io.github.gradkit.examples.learninit;

import java.util.Locale;

/** The problems that are solved again and again. */
enum ProblemKind {
    TOY("Two minima", false, false, "gradient steps", "value"),
    ATTACK("Attacks on a classifier", true, true, "gradients", "cross-entropy"),
    EXPLANATION("Contrastive explanations", true, false, "FISTA steps", "value"),
    POWER("Power allocation", false, true, "WMMSE steps", "sum rate (bits)");

    private final String title;
    private final boolean images;
    private final boolean high;
    private final String stepTitle;
    private final String valueTitle;

    ProblemKind(String title, boolean images, boolean high, String stepTitle, String valueTitle) {
        this.title = title;
        this.images = images;
        this.high = high;
        this.stepTitle = stepTitle;
        this.valueTitle = valueTitle;
    }

    String title() {
        return title;
    }

    /** Whether it needs a classifier of images. */
    boolean needsImages() {
        return images;
    }

    /** Whether a high value is good. */
    boolean isHighGood() {
        return high;
    }

    /** What is counted, in the plural. */
    String stepTitle() {
        return stepTitle;
    }

    /** What is reached. */
    String valueTitle() {
        return valueTitle;
    }

    /** How much better a value is than another one, positive if it is. */
    double gain(double value, double other) {
        return high ? value - other : other - value;
    }

    /** What is solved, in a sentence or two. */
    String describe() {
        return switch (this) {
            case TOY ->
                    "Minimise (t t - 1)^2 + 0.3 x t, where x is known: there are two minima, and x"
                            + " tells which one is lower.";
            case ATTACK ->
                    "Raise the cross-entropy of a small CNN on test images by changes of at most"
                            + " 0.1 in each pixel. All attacks are projected gradient descent; each"
                            + " budget of steps is an attack of its own.";
            case EXPLANATION ->
                    "Find the least that, added to a test image, changes its class (a pertinent"
                            + " negative) by a margin of 3 in the scores, with the weight of the"
                            + " hinge fixed.";
            case POWER ->
                    "Choose the powers of 10 users that disturb each other, noise 0.01, so that"
                            + " the sum of their rates is high.";
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
