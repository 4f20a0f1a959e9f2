/**
 * Named series of numbers over the steps of a training, written to one or more sinks.
 *
 * <p>A {@link io.github.gradkit.support.trace.TraceSink} takes points one by one: hyperparameters,
 * hypergradients, rates, accuracies. The sinks keep them in memory within a fixed bound, pass them
 * to DJL's metrics, or write them to a CSV file or to an event file of TensorBoard.
 */
@NullMarked
package io.github.gradkit.support.trace;

import org.jspecify.annotations.NullMarked;
