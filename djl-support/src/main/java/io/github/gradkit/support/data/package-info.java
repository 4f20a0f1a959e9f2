/** Reading examples of a data set by their index, whatever sampling the data set trains with. */
@NullMarked
package io.github.gradkit.support.data;

import org.jspecify.annotations.NullMarked;
