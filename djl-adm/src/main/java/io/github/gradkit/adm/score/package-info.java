/** How well a segmentation agrees with known labels. */
@NullMarked
package io.github.gradkit.adm.score;

import org.jspecify.annotations.NullMarked;
