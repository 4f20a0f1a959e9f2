/**
 * How learners hand each other their messages. {@link
 * io.github.gradkit.adacomp.exchange.InProcessExchange} serves learners in one process; others
 * implement {@link io.github.gradkit.adacomp.exchange.GradientExchange}.
 */
@NullMarked
package io.github.gradkit.adacomp.exchange;

import org.jspecify.annotations.NullMarked;
