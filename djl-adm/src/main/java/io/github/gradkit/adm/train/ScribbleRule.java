package io.github.gradkit.adm.train;

/** How scribbles bind the latent labelling. */
public enum ScribbleRule {
    /** A scribbled pixel has its scribble's label. */
    HARD,
    /**
     * At a scribbled pixel the scribble takes the network's place: its label costs nothing, any
     * other as much as a probability of 1e-7. Neighbours that weigh more may still win, as over a
     * slip of the pen.
     */
    SOFT,
    /** Scribbles bind the network alone, through its loss. */
    FREE
}
