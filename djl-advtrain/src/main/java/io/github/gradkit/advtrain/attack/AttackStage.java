package io.github.gradkit.advtrain.attack;

/**
 * What one attack of several added to a result.
 *
 * @param name the name of the attack, or {@code clean} for the inputs without perturbation
 * @param attacked how many examples stood before it
 * @param broken how many of them it broke
 * @param ledger what it cost
 */
public record AttackStage(String name, int attacked, int broken, Ledger ledger) {

    /**
     * Returns how many examples stood after it.
     *
     * @return between 0 and {@link #attacked()}
     */
    public int standing() {
        return attacked - broken;
    }

    /**
     * Adds up the same stage of two batches.
     *
     * @param other the stage of the other batch
     * @return the sums, under the name of this stage
     */
    public AttackStage plus(AttackStage other) {
        return new AttackStage(
                name, attacked + other.attacked, broken + other.broken, ledger.plus(other.ledger));
    }
}
