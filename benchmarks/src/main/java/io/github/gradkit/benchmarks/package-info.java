/** Speed and memory of Gradkit, as ratios to a baseline measured in the same run. */
@NullMarked
package io.github.gradkit.benchmarks;

import org.jspecify.annotations.NullMarked;
