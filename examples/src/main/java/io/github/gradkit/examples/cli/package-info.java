/** What all commands share: options, progress, output files, errors. */
@NullMarked
package io.github.gradkit.examples.cli;

import org.jspecify.annotations.NullMarked;
