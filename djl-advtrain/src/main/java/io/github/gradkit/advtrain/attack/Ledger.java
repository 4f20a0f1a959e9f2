package io.github.gradkit.advtrain.attack;

/**
 * What an attack cost, counted in examples: a batch of 10 sent through the model counts 10.
 *
 * @param forward forward passes that a backward pass followed
 * @param backward backward passes
 * @param queries forward passes for the scores only
 * @param zeroGradients gradients that were zero in all features an attack may change: nothing to
 *     climb, often a sign of masked gradients
 * @param nanGradients gradients with a value that is not finite; taken as zero
 */
public record Ledger(
        long forward, long backward, long queries, long zeroGradients, long nanGradients) {

    /** A ledger without entries. */
    public static final Ledger EMPTY = new Ledger(0, 0, 0, 0, 0);

    /**
     * Returns the entries of two ledgers together.
     *
     * @param other the other ledger
     * @return the sums
     */
    public Ledger plus(Ledger other) {
        return new Ledger(
                forward + other.forward,
                backward + other.backward,
                queries + other.queries,
                zeroGradients + other.zeroGradients,
                nanGradients + other.nanGradients);
    }

    /** Returns what it cost if each pass was several; gradients are counted once. */
    Ledger times(int passes) {
        return new Ledger(
                passes * forward, passes * backward, passes * queries, zeroGradients, nanGradients);
    }
}
