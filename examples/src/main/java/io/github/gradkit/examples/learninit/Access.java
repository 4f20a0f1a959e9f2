package io.github.gradkit.examples.learninit;

import io.github.gradkit.learninit.explain.Fista;

/** What an explainer may ask of the classifier, and how it searches then. */
enum Access {
    /** Scores and gradients. */
    WHITE_BOX("white-box", 3, 40, 0),

    /** Scores alone; the gradient is estimated from pairs of points on either side. */
    BLACK_BOX("black-box", 3, 30, 10);

    private static final double SMOOTHING = 0.05;

    private final String title;
    private final int searches;
    private final int steps;
    private final int pairs;

    Access(String title, int searches, int steps, int pairs) {
        this.title = title;
        this.searches = searches;
        this.steps = steps;
        this.pairs = pairs;
    }

    String title() {
        return title;
    }

    /** The searches over the constant. */
    int searches() {
        return searches;
    }

    /** The steps of a search. */
    int steps() {
        return steps;
    }

    /** The pairs of an estimate; 0 where none is needed. */
    int pairs() {
        return pairs;
    }

    Fista solver(long seed) {
        Fista.Builder solver =
                Fista.builder()
                        .optSteps(steps)
                        .optRate(ExplanationStudy.RATE)
                        .optSeed(seed)
                        .optCurve(true);
        return pairs == 0 ? solver.build() : solver.optEstimate(pairs, SMOOTHING).build();
    }
}
