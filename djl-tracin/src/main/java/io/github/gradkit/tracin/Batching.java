package io.github.gradkit.tracin;

import java.util.List;

/**
 * How a side is passed over.
 *
 * @param size examples per batch
 * @param formed for each layer whether its gradients are formed
 */
record Batching(int size, List<Boolean> formed) {}
