package io.github.gradkit.adm.train;

/** How scribbles bind the latent labelling. */
public enum ScribbleRule {
    /** A scribbled pixel has its scribble's label. */
    HARD,
    /**
     * At a scribbled pixel all other labels cost as if the network gave them a probability of 1e-7.
     * Neighbours that are worth more may still win, as over a slip of the pen.
     */
    SOFT,
    /** Scribbles bind the network alone, through its loss. */
    FREE
}
