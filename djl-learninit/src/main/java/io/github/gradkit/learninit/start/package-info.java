/** Where a descent starts: learned starts, and the plain ones that keep their gains honest. */
@NullMarked
package io.github.gradkit.learninit.start;

import org.jspecify.annotations.NullMarked;
