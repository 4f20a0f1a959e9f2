/** Keeps solved instances: what predictors of starts learn from. */
@NullMarked
package io.github.gradkit.learninit.log;

import org.jspecify.annotations.NullMarked;
