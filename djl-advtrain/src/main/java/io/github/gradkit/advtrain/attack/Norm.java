package io.github.gradkit.advtrain.attack;

/** The norm that measures a perturbation. */
public enum Norm {
    /** The sum of absolute values: few features may change by much. */
    L1,
    /** The Euclidean norm. */
    L2,
    /** The largest absolute value: every feature may change a little. */
    LINF
}
