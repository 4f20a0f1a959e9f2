package io.github.gradkit.advtrain.evaluate;

import io.github.gradkit.advtrain.attack.Ledger;

/**
 * What one attack came to.
 *
 * @param name the name of the attack
 * @param accuracy the share of <em>all</em> examples that are classified correctly and withstand
 *     this attack, whatever other attacks do
 * @param worstSoFar the share that withstands this attack and all before it; never rises from one
 *     attack to the next
 * @param ledger what it cost
 * @param seconds how long it took, in all runs if the evaluation was resumed
 */
public record AttackScore(
        String name, Accuracy accuracy, Accuracy worstSoFar, Ledger ledger, double seconds) {}
