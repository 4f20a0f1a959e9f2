package io.github.gradkit.examples.hyperopt;

/**
 * A second training, with the constants that a tower had learned.
 *
 * @param run the first training
 * @param end how the second one ended
 */
record Rerun(GridRun run, Trained end) {}
