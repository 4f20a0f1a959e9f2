package io.github.gradkit.adacomp.compress;

/** What a parameter does in its layer. The bin length depends on it. */
public enum LayerKind {
    /**
     * The weights of a convolution or of its transpose. In blocks of which that is not known, such
     * as imported models, weights of three dimensions or more.
     */
    CONVOLUTION,
    /** The weights of a fully connected layer. */
    FULLY_CONNECTED,
    /** The weights of a recurrent layer. */
    RECURRENT,
    /** Any other weights, such as those of an embedding, and parameters of DJL's type OTHER. */
    OTHER,
    /**
     * Biases, and the scales and shifts of normalisation: few values, which are sent as they are.
     */
    BIAS
}
