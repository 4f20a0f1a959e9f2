/** The {@code hyperopt} command. */
@NullMarked
package io.github.gradkit.examples.hyperopt;

import org.jspecify.annotations.NullMarked;
