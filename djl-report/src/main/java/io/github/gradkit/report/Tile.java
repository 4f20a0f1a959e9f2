package io.github.gradkit.report;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A picture with its words, as shown in an {@link ImageGrid} or {@link ImageGroups}.
 *
 * @param picture the picture
 * @param caption the words below the picture; not blank
 * @param badge a short mark on the picture, such as "3 → 8", or {@code null}
 * @param emphasis the tone of the frame and the badge
 * @param alt what a reader who cannot see the picture is told; not blank
 */
public record Tile(
        Picture picture, String caption, @Nullable String badge, Emphasis emphasis, String alt) {

    /**
     * Checks the tile.
     *
     * @param picture the picture
     * @param caption the words below the picture; not blank
     * @param badge a short mark on the picture, or {@code null}
     * @param emphasis the tone of the frame and the badge
     * @param alt what a reader who cannot see the picture is told; not blank
     * @throws IllegalArgumentException if a given text is blank
     */
    public Tile {
        Objects.requireNonNull(picture, "the picture of a tile must not be null");
        Objects.requireNonNull(emphasis, "the emphasis of a tile must not be null");
        Checks.text(caption, "the caption of a tile");
        Checks.text(alt, "the alternative text of a tile");
        if (badge != null) {
            Checks.text(badge, "the badge of a tile");
        }
    }

    /**
     * Makes a tile without badge or emphasis. Its alternative text is the caption.
     *
     * @param picture the picture
     * @param caption the words below the picture; not blank
     * @return the tile
     * @throws IllegalArgumentException if the caption is blank
     */
    public static Tile of(Picture picture, String caption) {
        return new Tile(picture, caption, null, Emphasis.NEUTRAL, "Image: " + caption);
    }

    /**
     * Puts a badge on the tile.
     *
     * @param text a short mark; not blank
     * @param tone the tone of the frame and the badge
     * @return a copy of this tile with the badge
     * @throws IllegalArgumentException if the text is blank
     */
    public Tile withBadge(String text, Emphasis tone) {
        return new Tile(picture, caption, text, tone, alt);
    }

    /**
     * Sets the alternative text.
     *
     * @param text what a reader who cannot see the picture is told; not blank
     * @return a copy of this tile with the text
     * @throws IllegalArgumentException if the text is blank
     */
    public Tile withAlt(String text) {
        return new Tile(picture, caption, badge, emphasis, text);
    }
}
