/**
 * Training by alternating directions: a labelling by graph cuts, and gradient steps towards it.
 *
 * <p>A regularised loss {@code H(Y, S) + lambda R(S)} of a network's output {@code S} is split
 * (Marin, Tang, Ben Ayed and Boykov, Beyond Gradient Descent for Regularized Segmentation Losses,
 * CVPR 2019): the regulariser gets a labelling {@code X} of its own, which a penalty ties to {@code
 * S}.
 *
 * <pre>H(Y, S) + lambda R(X) + gamma mean of -log S(p, X(p))</pre>
 *
 * <p>For a fixed network the best {@code X} is a labelling of least Potts energy: {@link
 * io.github.gradkit.adm.train.LatentStep} looks for it by graph cuts. For a fixed {@code X} what
 * remains is a cross entropy, for any optimizer: {@link io.github.gradkit.adm.train.AdmLoss}. The
 * labellings are made for each batch, or from time to time for the whole data set by a {@link
 * io.github.gradkit.adm.train.PseudoLabelCache}. {@link io.github.gradkit.adm.train.AdmListener}
 * records how it goes.
 */
@NullMarked
package io.github.gradkit.adm.train;

import org.jspecify.annotations.NullMarked;
