package io.github.gradkit.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pictures side by side, in as many columns as fit. Pictures smaller than their tile are enlarged
 * with sharp pixels.
 *
 * @param title what the pictures show; not blank
 * @param caption a remark on how to read them, or {@code null}
 * @param tiles the pictures, at least one
 */
public record ImageGrid(String title, @Nullable String caption, List<Tile> tiles)
        implements Section {

    /**
     * Copies and checks the grid.
     *
     * @param title what the pictures show; not blank
     * @param caption a remark on how to read them, or {@code null}
     * @param tiles the pictures, at least one
     * @throws IllegalArgumentException if the title is blank or there is no tile
     */
    public ImageGrid {
        Checks.text(title, "the title of an image grid");
        tiles = Checks.notEmpty(tiles, "the tiles of grid \"" + title + "\"", "call addTile");
    }

    /**
     * Starts a grid.
     *
     * @return an empty builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the parts of an image grid. */
    public static final class Builder {

        private @Nullable String title;
        private @Nullable String caption;
        private final List<Tile> tiles = new ArrayList<>();

        private Builder() {}

        /**
         * Sets the title.
         *
         * @param title what the pictures show; not blank
         * @return this builder
         * @throws IllegalArgumentException if the title is blank
         */
        public Builder setTitle(String title) {
            this.title = Checks.text(title, "the title of an image grid");
            return this;
        }

        /**
         * Sets the caption.
         *
         * @param caption a remark on how to read the pictures; not blank
         * @return this builder
         * @throws IllegalArgumentException if the caption is blank
         */
        public Builder optCaption(String caption) {
            this.caption = Checks.text(caption, "the caption of an image grid");
            return this;
        }

        /**
         * Adds a picture.
         *
         * @param tile the picture with its words
         * @return this builder
         */
        public Builder addTile(Tile tile) {
            tiles.add(tile);
            return this;
        }

        /**
         * Makes the grid.
         *
         * @return the grid
         * @throws IllegalStateException if the title has not been set
         * @throws IllegalArgumentException if there is no tile
         */
        public ImageGrid build() {
            return new ImageGrid(
                    Checks.set(title, "an image grid needs a title; call setTitle"),
                    caption,
                    tiles);
        }
    }
}
