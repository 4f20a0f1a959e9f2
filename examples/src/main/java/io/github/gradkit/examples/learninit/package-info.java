/** The command that compares learned starts with starts that need no learning. */
@NullMarked
package io.github.gradkit.examples.learninit;

import org.jspecify.annotations.NullMarked;
