package io.github.gradkit.examples.adm;

import io.github.gradkit.adm.data.ImageFolder;
import io.github.gradkit.adm.data.ScribbleGenerator;
import io.github.gradkit.adm.data.ScribbledImage;
import io.github.gradkit.adm.data.SegmentationLabels;
import io.github.gradkit.examples.cli.CommandException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The user's own images, split by chance. */
final class FolderImages implements DataSource {

    private static final int FEWEST = 3;
    private static final int SMALLEST_SIDE = 8;
    private static final long TEST_SEED = 0;

    /** Whole images of more pixels would take gigabytes in training. */
    private static final int MOST_PIXELS = 512 * 512;

    /** Judging an image takes it as a whole, about a kilobyte a pixel. */
    private static final int MOST_JUDGED = 2048 * 1024;

    private final Folders folders;
    private final @Nullable Folders testFolders;
    private final SplitSizes most;
    private final double ratio;
    private final int unlabelled;
    private final int crop;

    /**
     * Where the files of some images are.
     *
     * @param images the folder of images
     * @param scribbles the folder of scribbles, or null if they are drawn from masks
     * @param masks the folder of masks, or null if there are none
     */
    record Folders(Path images, @Nullable Path scribbles, @Nullable Path masks) {

        Folders {
            if (scribbles == null && masks == null) {
                throw new IllegalArgumentException("neither scribbles nor masks");
            }
        }

        ImageFolder open(List<String> names) throws IOException {
            ImageFolder.Builder builder = ImageFolder.builder().setImages(images);
            if (scribbles != null) {
                builder.setScribbles(scribbles);
            } else if (masks != null) {
                builder.setScribbles(masks);
            }
            if (masks != null) {
                builder.optMasks(masks);
            }
            if (!names.isEmpty()) {
                builder.optNames(names);
            }
            return builder.build();
        }
    }

    /**
     * Makes a source.
     *
     * @param testFolders other images to test with, or null to split some off
     * @param most the most images that serve what
     * @param ratio the length of scribbles that are drawn from masks
     * @param unlabelled a label in files that stands for none
     * @param crop the side of the squares that are cut out for training, 0 for whole images
     */
    FolderImages(
            Folders folders,
            @Nullable Folders testFolders,
            SplitSizes most,
            double ratio,
            int unlabelled,
            int crop) {
        this.folders = folders;
        this.testFolders = testFolders;
        this.most = most;
        this.ratio = ratio;
        this.unlabelled = unlabelled;
        this.crop = crop;
    }

    @Override
    public String title() {
        return "images in " + folders.images();
    }

    @Override
    public SegmentationData data(long seed) throws IOException, CommandException {
        List<String> names = shuffled(names(folders), TEST_SEED);
        int fewest = testFolders == null ? FEWEST : FEWEST - 1;
        if (names.size() < fewest) {
            throw new CommandException(
                    folders.images()
                            + " has "
                            + names.size()
                            + " images, but at least "
                            + fewest
                            + " are needed: to train, to choose and to test with.");
        }
        SplitSizes sizes =
                most.within(names.size(), testFolders == null ? 0 : names(testFolders).size());
        // The test images are the same for all seeds: nothing may be decided with them.
        int tests = testFolders == null ? sizes.test() : 0;
        List<String> own = shuffled(names.subList(tests, names.size()), seed);
        List<ScribbledImage> images =
                read(folders, own.subList(0, sizes.train() + sizes.validation()), seed);
        images.addAll(
                testFolders == null
                        ? read(folders, names.subList(0, tests), seed + 1)
                        : read(
                                testFolders,
                                shuffled(names(testFolders), TEST_SEED).subList(0, sizes.test()),
                                seed + 1));
        SegmentationData split = sizes.split(images, labels(images));
        checkSizes(split.train());
        checkLabelled("training", split.train());
        checkLabelled("validation", split.validation());
        checkLabelled("test", split.test());
        return split;
    }

    private static List<String> names(Folders folders) throws IOException {
        return folders.open(List.of()).names();
    }

    private static List<String> shuffled(List<String> names, long seed) {
        List<String> shuffled = new ArrayList<>(names);
        Collections.shuffle(shuffled, new Random(seed));
        return shuffled;
    }

    private void checkLabelled(String use, List<ScribbledImage> images) throws CommandException {
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
                            + folders.images()
                            + " has a labelled pixel. Scribble on more images, or leave those"
                            + " without scribbles out.");
        }
    }

    private List<ScribbledImage> read(Folders from, List<String> names, long seed)
            throws IOException, CommandException {
        ImageFolder folder = from.open(names);
        List<ScribbledImage> images = new ArrayList<>();
        for (int i = 0; i < folder.size(); i++) {
            ScribbledImage image = withoutUnlabelled(folder.read(i));
            checkSide(image, from);
            images.add(image);
        }
        if (from.scribbles() != null) {
            return images;
        }
        ScribbleGenerator generator =
                ScribbleGenerator.builder().optRatio(ratio).optSeed(seed).build();
        return new ArrayList<>(generator.scribble(images));
    }

    private ScribbledImage withoutUnlabelled(ScribbledImage image) {
        ScribbledImage scribbled = image.withScribbles(replaced(image.scribbles()));
        return image.mask().map(mask -> scribbled.withMask(replaced(mask))).orElse(scribbled);
    }

    private int[] replaced(int[] labels) {
        return Arrays.stream(labels)
                .map(label -> label == unlabelled ? SegmentationLabels.UNLABELLED : label)
                .toArray();
    }

    private static void checkSide(ScribbledImage image, Folders from) throws CommandException {
        if (Math.min(image.height(), image.width()) < SMALLEST_SIDE) {
            throw new CommandException(
                    String.format(
                            "%s in %s has %d x %d pixels, but the network needs sides of %d or"
                                    + " more.",
                            image.name(),
                            from.images(),
                            image.height(),
                            image.width(),
                            SMALLEST_SIDE));
        }
        if ((long) image.height() * image.width() > MOST_JUDGED) {
            throw new CommandException(
                    String.format(
                            "%s in %s has %d x %d pixels, too many to be labelled as a whole."
                                    + " Scale images to 2 million pixels at most.",
                            image.name(), from.images(), image.height(), image.width()));
        }
    }

    private void checkSizes(List<ScribbledImage> train) throws CommandException {
        if (crop > 0) {
            checkCrop(train);
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
    private void checkCrop(List<ScribbledImage> train) throws CommandException {
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

    private static int labels(List<ScribbledImage> images) throws CommandException {
        int highest =
                images.stream()
                        .flatMapToInt(
                                image ->
                                        IntStream.concat(
                                                Arrays.stream(image.scribbles()),
                                                image.mask().stream().flatMapToInt(Arrays::stream)))
                        .filter(label -> label != SegmentationLabels.UNLABELLED)
                        .max()
                        .orElse(-1);
        if (highest < 1) {
            throw new CommandException(
                    "The highest label in the files is "
                            + (highest < 0 ? "none" : highest)
                            + ", but there must be two or more, from 0 on.");
        }
        return highest + 1;
    }
}
