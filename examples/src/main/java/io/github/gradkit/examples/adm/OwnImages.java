package io.github.gradkit.examples.adm;

import io.github.gradkit.adm.data.SegmentationLabels;
import io.github.gradkit.examples.cli.CommonOptions;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options about the user's own images. */
final class OwnImages {

    @Option(
            names = "--images",
            paramLabel = "DIR",
            description = "Your own images, PNG or JPEG files. Needs --scribbles DIR or --masks.")
    private @Nullable Path images;

    @Option(
            names = "--masks",
            paramLabel = "DIR",
            description =
                    "Full masks of --images, PNG files as scribbles are, to test with. Without"
                            + " --scribbles DIR, scribbles are drawn from them.")
    private @Nullable Path masks;

    @Option(
            names = "--test-images",
            paramLabel = "DIR",
            description = "Other images to test with. Default: some of --images.")
    private @Nullable Path testImages;

    @Option(
            names = "--test-masks",
            paramLabel = "DIR",
            description = "The full masks of --test-images.")
    private @Nullable Path testMasks;

    @Option(
            names = "--unlabelled",
            paramLabel = "N",
            defaultValue = "255",
            description =
                    "A label in your files that stands for none, as 255 always does. Default:"
                            + " ${DEFAULT-VALUE}.")
    private int unlabelled;

    boolean given() {
        return images != null;
    }

    /**
     * Refuses values that make no sense together.
     *
     * @param scribbles the folder with scribbles, or null if they are drawn
     */
    void check(@Nullable Path scribbles, CommonOptions common) {
        if (images == null) {
            common.require(
                    scribbles == null,
                    "--scribbles " + scribbles + " is no number, and a folder needs --images DIR");
            common.require(masks == null, "--masks needs --images DIR");
            common.require(
                    testImages == null && testMasks == null,
                    "--test-images and --test-masks need --images DIR");
            common.require(
                    unlabelled == SegmentationLabels.UNLABELLED, "--unlabelled needs --images DIR");
        }
        common.require(
                images == null || masks != null || scribbles != null,
                "--images needs labels too: give --scribbles DIR, --masks DIR or both");
        common.require(
                (testImages == null) == (testMasks == null),
                "--test-images and --test-masks need each other");
        common.require(
                unlabelled >= 0 && unlabelled <= SegmentationLabels.UNLABELLED,
                "--unlabelled must be from 0 to 255, got " + unlabelled);
    }

    /**
     * Returns the images, once the options have been checked.
     *
     * @param scribbles the folder with scribbles, or null to draw them
     * @param sizes the most images that serve what
     * @param ratio the length of scribbles that are drawn
     * @param crop the side of the squares that are cut out, 0 for whole images
     */
    DataSource source(@Nullable Path scribbles, SplitSizes sizes, double ratio, int crop) {
        return new FolderImages(
                new FolderImages.Folders(Objects.requireNonNull(images), scribbles, masks),
                testImages == null ? null : new FolderImages.Folders(testImages, null, testMasks),
                sizes,
                ratio,
                unlabelled,
                crop);
    }
}
