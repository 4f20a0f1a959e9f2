/** Power allocation on the interference channel: the problem, its solvers, and a network for it. */
@NullMarked
package io.github.gradkit.learninit.power;

import org.jspecify.annotations.NullMarked;
