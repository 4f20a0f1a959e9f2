/**
 * Images with scribbles: what is labelled, which neighbours look alike, and data sets of both.
 *
 * <p>A loss sees labels and predictions only, so what it needs to know of the images travels in the
 * labels: see {@link io.github.gradkit.adm.data.SegmentationLabels}.
 */
@NullMarked
package io.github.gradkit.adm.data;

import org.jspecify.annotations.NullMarked;
