package io.github.gradkit.learninit.explain;

/** The two kinds of contrastive explanations. */
public enum Contrast {
    /** A pertinent negative: the least that, added to an input, changes its class. */
    NEGATIVE,

    /** A pertinent positive: the least part of an input that has its class. */
    POSITIVE
}
