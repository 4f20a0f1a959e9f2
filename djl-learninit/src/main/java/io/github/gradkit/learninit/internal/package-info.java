/** What the packages of this module share and nobody else should use. */
@NullMarked
package io.github.gradkit.learninit.internal;

import org.jspecify.annotations.NullMarked;
