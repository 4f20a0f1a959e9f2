/** What the packages of this module share; not for programs. */
@NullMarked
package io.github.gradkit.advtrain.internal;

import org.jspecify.annotations.NullMarked;
