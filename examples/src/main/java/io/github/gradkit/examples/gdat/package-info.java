/** The {@code gdat} command. */
@NullMarked
package io.github.gradkit.examples.gdat;

import org.jspecify.annotations.NullMarked;
