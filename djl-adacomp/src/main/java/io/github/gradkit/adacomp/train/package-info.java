/**
 * Data-parallel training: a listener that exchanges compressed gradients, and what learners need
 * around it.
 *
 * <p>Each learner trains a model of its own with any DJL optimizer. {@link
 * io.github.gradkit.adacomp.train.InitialWeights} gives all the same start, {@link
 * io.github.gradkit.adacomp.train.ShardedDataset} gives each its part of every batch, {@link
 * io.github.gradkit.adacomp.train.GradientCompressionListener} gives all the same gradients, so
 * that their weights stay equal bit for bit. {@link
 * io.github.gradkit.adacomp.train.InProcessLearners} runs them in threads.
 */
@NullMarked
package io.github.gradkit.adacomp.train;

import org.jspecify.annotations.NullMarked;
