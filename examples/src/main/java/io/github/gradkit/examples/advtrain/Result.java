package io.github.gradkit.examples.advtrain;

import io.github.gradkit.examples.data.ImageData;
import java.util.List;

/**
 * What a run came to.
 *
 * @param settings what it did
 * @param data the images
 * @param models one for each method
 */
record Result(Settings settings, ImageData data, List<Evaluated> models) {}
