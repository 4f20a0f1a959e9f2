/** The command {@code adm}: ways to train a segmentation on scribbles. */
@NullMarked
package io.github.gradkit.examples.adm;

import org.jspecify.annotations.NullMarked;
