/** The command that trains on several learners with compressed gradients. */
@NullMarked
package io.github.gradkit.examples.adacomp;

import org.jspecify.annotations.NullMarked;
