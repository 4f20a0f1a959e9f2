/**
 * Crash-safe files for named arrays, with a header that tells what is in them.
 *
 * <p>A {@link io.github.gradkit.support.state.StateFile} is a valid safetensors file. It is written
 * so that a killed process or a full disk never leaves a half-written file under the final name,
 * and read so that no damaged byte goes unnoticed.
 */
@NullMarked
package io.github.gradkit.support.state;

import org.jspecify.annotations.NullMarked;
