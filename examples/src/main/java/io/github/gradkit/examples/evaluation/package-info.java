/** How well a ranking finds what it should find. Pure functions. */
@NullMarked
package io.github.gradkit.examples.evaluation;

import org.jspecify.annotations.NullMarked;
