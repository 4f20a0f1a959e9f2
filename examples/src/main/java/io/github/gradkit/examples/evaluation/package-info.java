/** How well a ranking finds what it should find, and means over seeds. Pure functions. */
@NullMarked
package io.github.gradkit.examples.evaluation;

import org.jspecify.annotations.NullMarked;
