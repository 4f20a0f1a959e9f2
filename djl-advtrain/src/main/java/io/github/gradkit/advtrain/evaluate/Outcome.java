package io.github.gradkit.advtrain.evaluate;

import io.github.gradkit.advtrain.attack.AttackStage;
import io.github.gradkit.advtrain.attack.Ledger;
import java.util.List;

/**
 * What became of a batch.
 *
 * @param broken which examples are misclassified
 * @param margins how far the label of each is ahead
 * @param ledger what it cost
 * @param stages what each part of the attack added, if it has parts
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record Outcome(boolean[] broken, double[] margins, Ledger ledger, List<AttackStage> stages) {}
