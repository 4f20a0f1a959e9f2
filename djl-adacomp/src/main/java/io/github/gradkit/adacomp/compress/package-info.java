/**
 * Gradient compressors: what is sent of the gradient of a layer, and what is kept as residue.
 *
 * <p>Everything here works on plain floats and knows neither a network nor Deep Java Library. A
 * {@link io.github.gradkit.adacomp.compress.Compressor} opens one {@link
 * io.github.gradkit.adacomp.compress.LayerCompressor} for each layer, which turns gradients into
 * {@link io.github.gradkit.adacomp.compress.LayerUpdate updates}.
 */
@NullMarked
package io.github.gradkit.adacomp.compress;

import org.jspecify.annotations.NullMarked;
