package io.github.gradkit.examples.adm;

import io.github.gradkit.adm.data.ScribbledImage;
import io.github.gradkit.adm.score.ConfusionMatrix;
import io.github.gradkit.report.Emphasis;
import io.github.gradkit.report.ImageGroup;
import io.github.gradkit.report.ImageGroups;
import io.github.gradkit.report.Tile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Some images with the labels that each method gives them. */
final class ShownLabels {

    private final Result result;

    ShownLabels(Result result) {
        this.result = result;
    }

    ImageGroups trained() {
        return images("Training images", true);
    }

    ImageGroups tested() {
        return images("Test images", false);
    }

    private ImageGroups images(String title, boolean train) {
        ImageGroups.Builder groups =
                ImageGroups.builder()
                        .setTitle(title)
                        .optCaption(
                                "Each method at its best lambda, of seed "
                                        + result.settings().firstSeed()
                                        + (result.hasMasks()
                                                ? "; below it the mean IoU of the image."
                                                : "."));
        for (int i = 0; i < result.shown().size(); i++) {
            ScribbledImage image = result.shown().get(i);
            if (result.data().get(0).train().contains(image) == train) {
                groups.addGroup(group(image, i, train));
            }
        }
        return groups.build();
    }

    private ImageGroup group(ScribbledImage image, int index, boolean train) {
        List<Tile> given = new ArrayList<>();
        // Those of test images serve for nothing if there are masks.
        if (train || image.mask().isEmpty()) {
            given.add(Tile.of(Pictures.scribbles(image), "scribbles"));
        }
        image.mask().ifPresent(mask -> given.add(Tile.of(Pictures.labels(mask, image), "mask")));
        List<Tile> labellings = new ArrayList<>();
        for (Outcome outcome : result.best()) {
            int[] labels = outcome.trials().get(0).labellings().get(index);
            Tile tile = Tile.of(Pictures.labels(labels, image), outcome.method().id());
            labellings.add(
                    image.mask()
                            .map(mask -> tile.withBadge(score(mask, labels), Emphasis.NEUTRAL))
                            .orElse(tile));
        }
        return ImageGroup.builder()
                .setHead(Tile.of(Pictures.image(image), image.name()))
                .addStrip("Known", given)
                .addStrip("Labellings", labellings)
                .build();
    }

    private String score(int[] mask, int[] labels) {
        ConfusionMatrix confusion = new ConfusionMatrix(result.data().get(0).labels());
        for (int i = 0; i < mask.length; i++) {
            confusion.add(mask[i], labels[i]);
        }
        double score = confusion.meanIntersectionOverUnion();
        return Double.isNaN(score) ? "none" : String.format(Locale.ROOT, "%.0f %%", 100 * score);
    }
}
