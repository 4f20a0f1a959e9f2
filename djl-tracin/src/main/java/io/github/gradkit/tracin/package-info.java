/**
 * TracIn for Deep Java Library: which training examples helped or hurt a prediction.
 *
 * <p>During training a {@link io.github.gradkit.tracin.CheckpointListener} saves weights and the
 * learning rate in force. Afterwards {@link io.github.gradkit.tracin.TracIn} replays the saved
 * checkpoints and scores every training example against every test example. In every result a
 * positive score marks a <em>proponent</em> (training on it lowered the loss of the test example)
 * and a negative score an <em>opponent</em> (training on it raised that loss).
 *
 * <p>Source: G. Pruthi, F. Liu, S. Kale, M. Sundararajan, <em>Estimating Training Data Influence by
 * Tracing Gradient Descent</em>, NeurIPS 2020, <a
 * href="https://arxiv.org/abs/2002.08484">arXiv:2002.08484</a>.
 */
@NullMarked
package io.github.gradkit.tracin;

import org.jspecify.annotations.NullMarked;
