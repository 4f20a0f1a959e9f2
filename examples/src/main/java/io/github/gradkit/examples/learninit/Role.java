package io.github.gradkit.examples.learninit;

/** What a start is in a comparison. */
enum Role {
    /** Needs no learning, and costs no more than one run. */
    BASELINE,
    /** Costs many runs. */
    REFERENCE,
    /** Was trained beforehand. */
    LEARNED
}
