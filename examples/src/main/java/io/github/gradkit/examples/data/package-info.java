/** Image data sets: where they come from, how they are split and how labels are spoiled. */
@NullMarked
package io.github.gradkit.examples.data;

import org.jspecify.annotations.NullMarked;
