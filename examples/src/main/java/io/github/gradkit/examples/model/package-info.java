/** Networks for images, which several commands train. */
@NullMarked
package io.github.gradkit.examples.model;

import org.jspecify.annotations.NullMarked;
