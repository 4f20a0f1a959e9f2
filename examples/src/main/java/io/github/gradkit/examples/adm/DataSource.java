package io.github.gradkit.examples.adm;

import io.github.gradkit.examples.cli.CommandException;
import java.io.IOException;

/** Where images come from. */
interface DataSource {

    /**
     * Returns the images of one repetition.
     *
     * @param seed decides what is drawn, and which image serves what
     * @throws IOException if a file can't be read
     * @throws CommandException if the images are no good for the command
     */
    SegmentationData data(long seed) throws IOException, CommandException;

    /** Describes the images in some words. */
    String title();
}
