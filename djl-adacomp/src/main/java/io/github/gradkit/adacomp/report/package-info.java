/**
 * A page about a training with compressed gradients: {@link
 * io.github.gradkit.adacomp.report.CompressionReport}.
 */
@NullMarked
package io.github.gradkit.adacomp.report;

import org.jspecify.annotations.NullMarked;
