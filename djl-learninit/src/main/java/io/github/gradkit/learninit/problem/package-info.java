/** What is solved again and again: an objective, the set it is minimised over, and instances. */
@NullMarked
package io.github.gradkit.learninit.problem;

import org.jspecify.annotations.NullMarked;
