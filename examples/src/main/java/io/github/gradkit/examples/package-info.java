/** The command line: {@code examples/run COMMAND [options]}. */
@NullMarked
package io.github.gradkit.examples;

import org.jspecify.annotations.NullMarked;
