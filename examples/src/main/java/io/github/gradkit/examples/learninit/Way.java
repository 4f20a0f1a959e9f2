package io.github.gradkit.examples.learninit;

/** Where searches for explanations start. */
enum Way {
    /** No change, and the same constant for all; others are compared with it. */
    ZERO("zero", false),

    /** The explanation of the most similar training image. */
    NEAREST("nearest", false),

    /** No change, and a constant that was learned. */
    ZERO_LEARNED_CONSTANT("zero", true),

    /** A change and a constant that were learned. */
    LEARNED("learned", true);

    private final String start;
    private final boolean learnedConstant;

    Way(String start, boolean learnedConstant) {
        this.start = start;
        this.learnedConstant = learnedConstant;
    }

    /** The change. */
    String start() {
        return start;
    }

    /** Whether the constant is learned. */
    boolean learnsConstant() {
        return learnedConstant;
    }

    String title() {
        return learnedConstant ? start + ", learned c" : start;
    }
}
