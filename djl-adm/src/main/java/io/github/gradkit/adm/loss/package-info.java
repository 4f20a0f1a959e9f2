/**
 * Losses of a segmentation network that sees few labels: what the labels cost, and regularisers
 * that ask for segments that follow the image.
 *
 * <p>All take labels as {@link io.github.gradkit.adm.data.SegmentationLabels} says and one array of
 * scores {@code (batch, labels, height, width)}, float32 or float64, whose softmax over labels is
 * the network's segmentation S. All return a scalar of the data type of the scores, which is the
 * only array that an evaluation leaves, on the manager of the scores. A loss holds no state, except
 * totals and newest values for evaluators, and the place in a schedule of lambda.
 *
 * <p>{@link io.github.gradkit.adm.loss.PartialCrossEntropy} with a regulariser, joined by {@link
 * io.github.gradkit.adm.loss.RegularizedLoss}, is training by gradient descent:
 *
 * <pre>{@code
 * Loss loss = RegularizedLoss.of(
 *         new PartialCrossEntropy(), 1, GridPottsLoss.of(Relaxation.TOTAL_VARIATION));
 * }</pre>
 */
@NullMarked
package io.github.gradkit.adm.loss;

import org.jspecify.annotations.NullMarked;
