/**
 * Attacks: the worst input within an {@linkplain io.github.gradkit.advtrain.attack.EpsilonBall
 * epsilon ball} around an example.
 *
 * <p>All attacks work on the <em>perturbation</em>, a matrix {@code (batch, features)} whose ball
 * and box are the same for every input rank, and leave the model as they found it.
 */
@NullMarked
package io.github.gradkit.advtrain.attack;

import org.jspecify.annotations.NullMarked;
