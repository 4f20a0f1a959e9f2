package io.github.gradkit.advtrain.evaluate;

import io.github.gradkit.advtrain.attack.AttackStage;
import io.github.gradkit.advtrain.attack.Ledger;
import java.util.List;

/**
 * What one attack came to.
 *
 * @param name the name of the attack
 * @param accuracy the share of <em>all</em> examples that are classified correctly and withstand
 *     this attack, whatever other attacks do
 * @param worstSoFar the share that withstands this attack and all before it; never rises from one
 *     attack to the next
 * @param ledger what it cost
 * @param stages if the attack is several one after the other, what each added; their figures are
 *     conditional, about the examples that withstood those before
 * @param seconds how long it took, in all runs if the evaluation was resumed
 */
public record AttackScore(
        String name,
        Accuracy accuracy,
        Accuracy worstSoFar,
        Ledger ledger,
        List<AttackStage> stages,
        double seconds) {

    /**
     * Copies the stages.
     *
     * @param name the name of the attack
     * @param accuracy the share of all examples that withstand this attack
     * @param worstSoFar the share that withstands this attack and all before it
     * @param ledger what it cost
     * @param stages what each part added
     * @param seconds how long it took
     */
    public AttackScore {
        stages = List.copyOf(stages);
    }
}
