package io.github.gradkit.examples.adm;

import io.github.gradkit.adm.data.ScribbledImage;
import io.github.gradkit.examples.cli.CommandException;
import java.nio.file.Path;
import java.util.List;

/** What images must be like to be trained on and judged. */
final class ImageChecks {

    private static final int SMALLEST_SIDE = 8;

    /** Whole images of more pixels would take gigabytes in training. */
    private static final int MOST_PIXELS = 512 * 512;

    /** Judging an image takes it as a whole, about a kilobyte a pixel. */
    private static final int MOST_JUDGED = 2048 * 1024;

    private ImageChecks() {}

    /** Refuses images of which nothing is known. */
    static void labelled(String use, List<ScribbledImage> images, Path folder)
            throws CommandException {
        boolean labelled =
                images.stream()
                        .anyMatch(
                                image ->
                                        image.labelledShare() > 0
                                                || (image.mask().isPresent()
                                                        && !use.equals("training")));
        if (!labelled) {
            throw new CommandException(
                    "None of the "
                            + images.size()
                            + " "
                            + use
                            + " images of "
                            + folder
                            + " has a labelled pixel. Scribble on more images, or leave those"
                            + " without scribbles out.");
        }
    }

    /** Refuses an image that is too small for the network, or too large. */
    static void side(ScribbledImage image, Path folder) throws CommandException {
        if (Math.min(image.height(), image.width()) < SMALLEST_SIDE) {
            throw new CommandException(
                    String.format(
                            "%s in %s has %d x %d pixels, but the network needs sides of %d or"
                                    + " more.",
                            image.name(), folder, image.height(), image.width(), SMALLEST_SIDE));
        }
        if ((long) image.height() * image.width() > MOST_JUDGED) {
            throw new CommandException(
                    String.format(
                            "%s in %s has %d x %d pixels, too many to be labelled as a whole."
                                    + " Scale images to 2 million pixels at most.",
                            image.name(), folder, image.height(), image.width()));
        }
    }

    /**
     * Refuses images that can't be put into batches.
     *
     * @param crop the side of the squares that are cut out of them, 0 for whole images
     */
    static void sizes(List<ScribbledImage> train, int crop) throws CommandException {
        if (crop > 0) {
            crops(train, crop);
            return;
        }
        ScribbledImage first = train.get(0);
        for (ScribbledImage image : train) {
            if (image.height() != first.height() || image.width() != first.width()) {
                throw new CommandException(
                        String.format(
                                "Training images differ in size: %s has %d x %d pixels, %s %d x"
                                        + " %d. Train on squares cut out of them with --crop N, or"
                                        + " scale them.",
                                first.name(),
                                first.height(),
                                first.width(),
                                image.name(),
                                image.height(),
                                image.width()));
            }
        }
        if (first.height() * first.width() > MOST_PIXELS) {
            throw new CommandException(
                    String.format(
                            "Images of %d x %d pixels take too much memory as a whole. Train on"
                                    + " squares cut out of them with --crop N, or scale them.",
                            first.height(), first.width()));
        }
    }

    /** Padding would weigh differently for different methods. */
    private static void crops(List<ScribbledImage> train, int crop) throws CommandException {
        for (ScribbledImage image : train) {
            if (Math.min(image.height(), image.width()) < crop) {
                throw new CommandException(
                        String.format(
                                "Squares of %d pixels don't fit into %s, which has %d x %d. Lower"
                                        + " --crop, or leave small images out.",
                                crop, image.name(), image.height(), image.width()));
            }
        }
    }
}
