/**
 * The message of one learner at one step: {@link io.github.gradkit.adacomp.wire.MessageFormat}
 * turns an {@link io.github.gradkit.adacomp.wire.UpdateMessage} into as few bytes as it can, and
 * back, and refuses bytes that are damaged or meant for others.
 */
@NullMarked
package io.github.gradkit.adacomp.wire;

import org.jspecify.annotations.NullMarked;
