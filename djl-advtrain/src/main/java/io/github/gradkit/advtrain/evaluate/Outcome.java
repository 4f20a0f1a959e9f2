package io.github.gradkit.advtrain.evaluate;

import io.github.gradkit.advtrain.attack.Ledger;

/**
 * What became of a batch.
 *
 * @param broken which examples are misclassified
 * @param margins how far the label of each is ahead
 * @param ledger what it cost
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record Outcome(boolean[] broken, double[] margins, Ledger ledger) {}
