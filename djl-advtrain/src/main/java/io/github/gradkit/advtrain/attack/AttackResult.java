package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** What an attack found. Closing it closes the perturbed inputs. */
public final class AttackResult implements AutoCloseable {

    private final NDArray adversarial;
    private final boolean[] success;
    private final double[] margins;
    private final Ledger ledger;
    private final List<AttackStage> stages;

    AttackResult(NDArray adversarial, boolean[] success, double[] margins, Ledger ledger) {
        this(adversarial, success, margins, ledger, List.of());
    }

    AttackResult(
            NDArray adversarial,
            boolean[] success,
            double[] margins,
            Ledger ledger,
            List<AttackStage> stages) {
        this.adversarial = adversarial;
        this.success = success;
        this.margins = margins;
        this.ledger = ledger;
        this.stages = List.copyOf(stages);
    }

    /**
     * Returns the worst inputs found.
     *
     * @return of the shape and data type of the inputs, on their manager
     */
    public NDArray adversarial() {
        return adversarial;
    }

    /**
     * Tells which examples are broken: misclassified at the input returned, or, in a targeted
     * attack, classified as their target. Scores that are not a number count as misclassified.
     *
     * @return for each example; a copy
     */
    public boolean[] success() {
        return success.clone();
    }

    /**
     * Returns how far the label is ahead of the best other class at the input returned.
     *
     * @return for each example the score of its label minus the best other score; a copy
     */
    public double[] margins() {
        return margins.clone();
    }

    /**
     * Returns how many examples are broken.
     *
     * @return between 0 and the batch size
     */
    public int successCount() {
        int count = 0;
        for (boolean broken : success) {
            count += broken ? 1 : 0;
        }
        return count;
    }

    /**
     * Returns what the attack cost.
     *
     * @return the ledger
     */
    public Ledger ledger() {
        return ledger;
    }

    /**
     * Returns what each of several attacks added.
     *
     * @return in the order they ran, for {@link AutoAttack}; empty for a single attack
     */
    public List<AttackStage> stages() {
        return stages;
    }

    /** Closes the perturbed inputs. */
    @Override
    public void close() {
        adversarial.close();
    }
}
