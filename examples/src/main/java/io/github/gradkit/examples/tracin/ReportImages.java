package io.github.gradkit.examples.tracin;

import io.github.gradkit.examples.data.ImageSet;
import io.github.gradkit.examples.data.Pictures;
import io.github.gradkit.report.Emphasis;
import io.github.gradkit.report.ImageGrid;
import io.github.gradkit.report.ImageGroup;
import io.github.gradkit.report.ImageGroups;
import io.github.gradkit.report.Picture;
import io.github.gradkit.report.Tile;
import io.github.gradkit.tracin.Influence;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The pictures of the report. */
final class ReportImages {

    private static final int SUSPICIOUS = 24;

    private final Outcome outcome;

    ReportImages(Outcome outcome) {
        this.outcome = outcome;
    }

    ImageGrid suspicious() {
        ImageGrid.Builder grid =
                ImageGrid.builder()
                        .setTitle("Highest self-influence first")
                        .optCaption(
                                "Each image with its given label and the class that the final model"
                                        + " prefers. The badge shows the right and the given label"
                                        + " of a flipped example.");
        int[] ranking = outcome.self().ranking();
        Arrays.stream(ranking, 0, Math.min(SUSPICIOUS, ranking.length))
                .mapToObj(this::suspect)
                .forEach(grid::addTile);
        return grid.build();
    }

    private Tile suspect(int index) {
        int given = outcome.flips().labels()[index];
        int suggested = outcome.trainLogits().predicted(index);
        String caption =
                String.format(
                        "No. %d: %s, %s",
                        index,
                        joined("given", Findings.given(outcome, index)),
                        suggested == given
                                ? "model agrees"
                                : joined(
                                        "suggested",
                                        Findings.className(outcome.train(), suggested)));
        boolean flipped = outcome.flips().flipped()[index];
        String badge =
                flipped
                        ? Findings.right(outcome, index) + " → " + Findings.given(outcome, index)
                        : "not flipped";
        return Tile.of(picture(outcome.train(), index), caption)
                .withBadge(badge, flipped ? Emphasis.NEGATIVE : Emphasis.NEUTRAL);
    }

    ImageGroups cases() {
        ImageGroups.Builder groups =
                ImageGroups.builder()
                        .setTitle("Test images with their strongest proponents and opponents")
                        .optCaption(
                                "The misclassified test images with the highest loss. Badges show"
                                        + " the score; flipped training labels are named.");
        outcome.cases().forEach(one -> groups.addGroup(group(one)));
        return groups.build();
    }

    private ImageGroup group(Outcome.Case one) {
        int index = one.testIndex();
        int label = outcome.test().label(index);
        int predicted = outcome.testLogits().predicted(index);
        Tile head =
                Tile.of(
                                picture(outcome.test(), index),
                                "Test No. "
                                        + index
                                        + ": "
                                        + Findings.className(outcome.test(), label))
                        .withBadge(
                                "predicted " + Findings.className(outcome.test(), predicted),
                                predicted == label ? Emphasis.NEUTRAL : Emphasis.NOTICE);
        return ImageGroup.builder()
                .setHead(head)
                .addStrip("Strongest proponents", tiles(one.proponents()))
                .addStrip("Strongest opponents", tiles(one.opponents()))
                .build();
    }

    private List<Tile> tiles(List<Influence> influences) {
        return influences.stream().map(this::tile).toList();
    }

    private Tile tile(Influence influence) {
        int index = influence.index();
        String caption =
                "No. "
                        + index
                        + ": "
                        + joined("given", Findings.given(outcome, index))
                        + (Findings.flipped(outcome, influence)
                                ? ", flipped, " + joined("right:", Findings.right(outcome, index))
                                : "");
        return Tile.of(picture(outcome.train(), index), caption)
                .withBadge(
                        String.format(Locale.ROOT, "%+.3g", influence.score()).replace('-', '−'),
                        influence.score() > 0 ? Emphasis.POSITIVE : Emphasis.NEGATIVE);
    }

    /** Keeps a digit on the line of the word before; a long name may start its own. */
    private static String joined(String word, String className) {
        return word + (className.length() == 1 ? "\u00a0" : " ") + className;
    }

    private static Picture picture(ImageSet images, int index) {
        return Pictures.of(images.format(), images.values(index));
    }
}
