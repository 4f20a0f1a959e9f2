package io.github.gradkit.advtrain.attack;

/** Counts what an attack costs while it runs. */
final class Meter {

    private long forward;
    private long backward;
    private long queries;
    private long zeroGradients;
    private long nanGradients;

    void query(long examples) {
        queries += examples;
    }

    void pass(long examples) {
        forward += examples;
        backward += examples;
    }

    void zeroGradient() {
        zeroGradients++;
    }

    void nanGradient() {
        nanGradients++;
    }

    Ledger ledger() {
        return new Ledger(forward, backward, queries, zeroGradients, nanGradients);
    }
}
