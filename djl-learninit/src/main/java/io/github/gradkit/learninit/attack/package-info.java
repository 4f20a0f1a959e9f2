/**
 * Starts of attacks that are learned from earlier attacks, for {@code djl-advtrain}, and the starts
 * to compare them with.
 */
@NullMarked
package io.github.gradkit.learninit.attack;

import org.jspecify.annotations.NullMarked;
