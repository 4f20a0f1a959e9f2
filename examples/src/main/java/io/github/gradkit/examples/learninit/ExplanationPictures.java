package io.github.gradkit.examples.learninit;

import io.github.gradkit.examples.data.ImageSet;
import io.github.gradkit.learninit.explain.Contrast;
import io.github.gradkit.learninit.explain.Explanation;
import io.github.gradkit.learninit.explain.Explanations;
import io.github.gradkit.report.Emphasis;
import io.github.gradkit.report.ImageGroup;
import io.github.gradkit.report.ImageGroups;
import io.github.gradkit.report.Picture;
import io.github.gradkit.report.Report;
import io.github.gradkit.report.Tile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Explanations of a few images: the first image of each class, as long as there are few. */
final class ExplanationPictures implements Material {

    private static final int MOST = 4;

    private final ImageSet.Format format;
    private final float[] images;
    private final List<Found> all = new ArrayList<>();

    /** The explanations of one kind from one start, of all images. */
    private record Found(Contrast contrast, Way way, Changes changes, List<Explanation> rows) {}

    /** Numbers of changes, image by image; an array would be compared by identity. */
    private static final class Changes {
        private final float[] numbers;

        private Changes(float[] numbers) {
            this.numbers = numbers;
        }
    }

    /**
     * Begins without explanations.
     *
     * @param format the format of the images
     * @param images their pixels from 0 to 1, image by image
     */
    ExplanationPictures(ImageSet.Format format, float[] images) {
        this.format = format;
        this.images = images;
    }

    /** Adds the explanations of all images, one kind and start after the other. */
    void add(Contrast contrast, Way way, Explanations explanations) {
        if (way == Way.ZERO || way == Way.LEARNED) {
            Changes changes = new Changes(explanations.changes().toFloatArray());
            all.add(new Found(contrast, way, changes, explanations.rows()));
        }
    }

    @Override
    public void addTo(Report.Builder page) {
        if (all.isEmpty()) {
            return;
        }
        ImageGroups.Builder groups =
                ImageGroups.builder()
                        .setTitle("Explanations of test images")
                        .optCaption(
                                "First seed, white-box. What is enough is green, brightest where"
                                        + " most is needed, and the rest of the image dim; what is"
                                        + " added is orange. l1 is the sum over all pixels, from 0"
                                        + " to 1 each.");
        chosen().forEach(image -> groups.addGroup(group(image)));
        page.add(groups.build());
    }

    /** The first image of each class that the classifier sees. */
    private List<Integer> chosen() {
        List<Explanation> rows = all.get(0).rows();
        Set<Integer> classes = new HashSet<>();
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < rows.size() && chosen.size() < MOST; i++) {
            if (classes.add(rows.get(i).classBefore())) {
                chosen.add(i);
            }
        }
        return chosen;
    }

    private ImageGroup group(int image) {
        String name = name(all.get(0).rows().get(image).classBefore());
        ImageGroup.Builder group =
                ImageGroup.builder()
                        .setHead(
                                Tile.of(Highlight.plain(format, pixels(images, image)), name)
                                        .withAlt("The image, seen as " + name));
        addStrip(group, "Enough for " + name, Contrast.POSITIVE, image);
        addStrip(group, "With this, another class", Contrast.NEGATIVE, image);
        return group.build();
    }

    private void addStrip(ImageGroup.Builder group, String label, Contrast contrast, int image) {
        List<Tile> tiles =
                all.stream()
                        .filter(found -> found.contrast() == contrast)
                        .map(found -> tile(found, image))
                        .toList();
        if (!tiles.isEmpty()) {
            group.addStrip(label, tiles);
        }
    }

    private Tile tile(Found found, int image) {
        Explanation row = found.rows().get(image);
        float[] input = pixels(images, image);
        float[] change = pixels(found.changes().numbers, image);
        boolean positive = found.contrast() == Contrast.POSITIVE;
        Picture picture =
                positive
                        ? Highlight.kept(format, input, change)
                        : Highlight.added(format, input, change);
        String start = found.way() == Way.ZERO ? "From zero" : "Learned start";
        if (!row.found()) {
            return Tile.of(picture, start + ", nothing found");
        }
        String after = name(row.classAfter());
        String size = String.format(Locale.ROOT, "l1\u00a0%.2f", row.l1());
        return Tile.of(picture, start + ", " + size)
                .withBadge(
                        positive ? after : name(row.classBefore()) + " → " + after,
                        positive ? Emphasis.POSITIVE : Emphasis.NOTICE)
                .withAlt(
                        (positive ? "A part of the image" : "The image and more")
                                + ", seen as "
                                + after
                                + ": "
                                + start
                                + ", "
                                + size);
    }

    private String name(int label) {
        return format.classNames().get(label);
    }

    private float[] pixels(float[] numbers, int image) {
        return Arrays.copyOfRange(numbers, image * format.size(), (image + 1) * format.size());
    }
}
