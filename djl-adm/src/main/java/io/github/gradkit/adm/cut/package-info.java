/**
 * Labellings of least Potts energy on the pixels of an image, by minimum cuts.
 *
 * <p>{@link io.github.gradkit.adm.cut.PottsEnergy} holds the costs of an image, {@link
 * io.github.gradkit.adm.cut.AlphaExpansion} and {@link io.github.gradkit.adm.cut.AlphaBetaSwap}
 * minimise it by a sequence of two-label problems, and each of these is a {@link
 * io.github.gradkit.adm.cut.GridGraph} that a {@link io.github.gradkit.adm.cut.MinCutSolver} cuts.
 * {@link io.github.gradkit.adm.cut.ParallelCuts} does many images at once. Nothing here knows DJL.
 */
@NullMarked
package io.github.gradkit.adm.cut;

import org.jspecify.annotations.NullMarked;
