/** The command {@code tracin}: finds the training examples that spoiled a model. */
@NullMarked
package io.github.gradkit.examples.tracin;

import org.jspecify.annotations.NullMarked;
