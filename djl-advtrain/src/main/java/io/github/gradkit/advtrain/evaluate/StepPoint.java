package io.github.gradkit.advtrain.evaluate;

/**
 * How far projected gradient descent has come after a number of steps.
 *
 * @param steps the number of steps; 0 is the unperturbed input
 * @param margin the mean, over the examples of the checklist, of how far their label is still ahead
 */
public record StepPoint(int steps, double margin) {}
