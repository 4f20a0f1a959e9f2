/** What listeners of different plugins look at while a model is trained. */
@NullMarked
package io.github.gradkit.support.training;

import org.jspecify.annotations.NullMarked;
