package io.github.gradkit.learninit.explain;

/**
 * The explanation of one input.
 *
 * @param found whether a change was found that reaches the margin; if not, the change is 0
 * @param classBefore the class of the input
 * @param classAfter the class of what the classifier sees with the change: the input and the change
 *     for a pertinent negative, the background and the change for a pertinent positive
 * @param l1 the sum of the absolute values of the change
 * @param l2 its Euclidean norm
 * @param value what is minimised under the margin, {@code beta l1 + l2^2} and the autoencoder's
 *     part; infinite if nothing was found
 * @param constant the weight of the hinge that found the change; of the last search if none did
 * @param iterations the steps made, over all searches
 * @param queries how often the classifier was run on this input, with or without a gradient, to
 *     find the start included; the mean over the batch if inputs took different numbers
 */
public record Explanation(
        boolean found,
        int classBefore,
        int classAfter,
        double l1,
        double l2,
        double value,
        double constant,
        int iterations,
        long queries) {}
