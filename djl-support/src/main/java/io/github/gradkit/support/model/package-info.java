/**
 * Names for the parameters of a model that stay the same from one process to the next.
 *
 * <p>{@link ai.djl.nn.Parameter#getId()} is a random identifier and new in every process. A {@link
 * io.github.gradkit.support.model.ParameterPaths path} follows from the architecture alone, so it
 * can be written to a file and found again; a {@link
 * io.github.gradkit.support.model.ModelFingerprint fingerprint} tells whether a file belongs to a
 * model.
 */
@NullMarked
package io.github.gradkit.support.model;

import org.jspecify.annotations.NullMarked;
