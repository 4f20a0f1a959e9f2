package io.github.gradkit.examples.adm;

/** The ways to go on training after the scribbles alone have been learned. */
enum Method {
    PCE("pce", "With the cross entropy of the scribbles alone", Sweep.NONE),
    GD_GRID("gd-grid", "Gradient descent on the bilinear relaxation", Sweep.ALL),
    GD_QUADRATIC("gd-quadratic", "Gradient descent on the quadratic relaxation", Sweep.HIGHEST),
    GD_TV("gd-tv", "Gradient descent on the total variation", Sweep.ALL),
    ADM("adm", "Alternating directions: graph cuts, and training on what they find", Sweep.ALL),
    ADM_RESTRICTED(
            "adm-restricted",
            "The same, where an image gets only the labels of its scribbles",
            Sweep.BEST_OF_ADM),
    ADM_ROBUST(
            "adm-robust",
            "The same as adm-restricted, where a share of what cuts find is taken to be wrong",
            Sweep.BEST_OF_ADM),
    FULL("full", "With full masks in place of scribbles", Sweep.NONE);

    /** With which weights of the regulariser a method is tried. */
    enum Sweep {
        /** It has no regulariser. */
        NONE,
        /** With each. */
        ALL,
        /** With the highest alone, as its pull is weak. */
        HIGHEST,
        /** With the one that is best for alternating directions. */
        BEST_OF_ADM
    }

    private final String id;
    private final String title;
    private final Sweep sweep;

    Method(String id, String title, Sweep sweep) {
        this.id = id;
        this.title = title;
        this.sweep = sweep;
    }

    /** Its name in tables and files. */
    String id() {
        return id;
    }

    /** What it is, in words. */
    String title() {
        return title;
    }

    /** Whether it labels images by graph cuts. */
    boolean cuts() {
        return this == ADM || this == ADM_RESTRICTED || this == ADM_ROBUST;
    }

    Sweep sweep() {
        return sweep;
    }
}
