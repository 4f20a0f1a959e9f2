/** The command that trains robust classifiers and attacks them. */
@NullMarked
package io.github.gradkit.examples.advtrain;

import org.jspecify.annotations.NullMarked;
