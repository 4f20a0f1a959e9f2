/**
 * The machinery of TracIn: walking a model, layer kernels, contraction and score storage. Not API.
 */
@NullMarked
package io.github.gradkit.tracin.internal;

import org.jspecify.annotations.NullMarked;
