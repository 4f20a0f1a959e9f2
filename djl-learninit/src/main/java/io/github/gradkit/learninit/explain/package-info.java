/**
 * Contrastive explanations of a classifier: what would have to be added to an input to change its
 * class, and which part of an input is enough for its class.
 *
 * <p>Source: A. Dhurandhar et al., <em>Explanations based on the Missing: Towards Contrastive
 * Explanations with Pertinent Negatives</em>, NeurIPS 2018, arXiv 1802.07623. The threshold of a
 * step is the rate times beta here, as the minimum of the objective asks for.
 */
@NullMarked
package io.github.gradkit.learninit.explain;

import org.jspecify.annotations.NullMarked;
