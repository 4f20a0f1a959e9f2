/**
 * Images with scribbles: what is labelled, which neighbours look alike, and data sets of both.
 *
 * <p>A loss sees labels and predictions only, so what it needs to know of the images travels in the
 * labels: see {@link io.github.gradkit.adm.data.SegmentationLabels}.
 *
 * <p>{@link io.github.gradkit.adm.data.ScribbleDataset} makes batches of images from memory or from
 * an {@link io.github.gradkit.adm.data.ImageFolder}, with {@link
 * io.github.gradkit.adm.data.ContrastWeights} of each. {@link
 * io.github.gradkit.adm.data.ScribbleGenerator} draws scribbles into full masks, and {@link
 * io.github.gradkit.adm.data.SceneGenerator} makes small images to try things on.
 */
@NullMarked
package io.github.gradkit.adm.data;

import org.jspecify.annotations.NullMarked;
