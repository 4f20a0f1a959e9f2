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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The user's own images, split by chance. */
final class FolderImages implements DataSource {

    private static final int FEWEST = 3;
    private static final long TEST_SEED = 0;

    private final Folders folders;
    private final @Nullable Folders testFolders;
    private final SplitSizes most;
    private final double ratio;
    private final int unlabelled;
    private final int crop;
    private final Map<Folders, Map<String, ScribbledImage>> read = new HashMap<>();

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
        ImageChecks.sizes(split.train(), crop);
        ImageChecks.labelled("training", split.train(), folders.images());
        ImageChecks.labelled("validation", split.validation(), folders.images());
        ImageChecks.labelled("test", split.test(), folders.images());
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

    private List<ScribbledImage> read(Folders from, List<String> names, long seed)
            throws IOException, CommandException {
        List<ScribbledImage> images = read(from, names);
        if (from.scribbles() != null) {
            return images;
        }
        ScribbleGenerator generator =
                ScribbleGenerator.builder().optRatio(ratio).optSeed(seed).build();
        return new ArrayList<>(generator.scribble(images));
    }

    /** Reads each file once: the images of all seeds share their pixels. */
    private List<ScribbledImage> read(Folders from, List<String> names)
            throws IOException, CommandException {
        Map<String, ScribbledImage> known = read.computeIfAbsent(from, folders -> new HashMap<>());
        List<String> missing = names.stream().filter(name -> !known.containsKey(name)).toList();
        if (!missing.isEmpty()) {
            ImageFolder folder = from.open(missing);
            for (int i = 0; i < folder.size(); i++) {
                ScribbledImage image = withoutUnlabelled(folder.read(i));
                ImageChecks.side(image, from.images());
                known.put(missing.get(i), image);
            }
        }
        List<ScribbledImage> images = new ArrayList<>();
        names.forEach(name -> images.add(known.get(name)));
        return images;
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
