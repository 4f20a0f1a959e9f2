/** Solves many instances at once by projected gradient descent, and counts what that costs. */
@NullMarked
package io.github.gradkit.learninit.descent;

import org.jspecify.annotations.NullMarked;
