package io.github.gradkit.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One heading picture with labelled rows of related pictures, such as a test image with its
 * strongest proponents and opponents.
 *
 * @param head the heading picture, shown larger
 * @param strips the rows, at least one
 */
public record ImageGroup(Tile head, List<Strip> strips) {

    /**
     * Copies and checks the group.
     *
     * @param head the heading picture, shown larger
     * @param strips the rows, at least one
     * @throws IllegalArgumentException if there is no row
     */
    public ImageGroup {
        Objects.requireNonNull(head, "the heading picture of a group must not be null");
        strips = Checks.notEmpty(strips, "the rows of an image group", "call addStrip");
    }

    /**
     * Starts a group.
     *
     * @return an empty builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A labelled row of pictures.
     *
     * @param label what the pictures are, such as "Strongest proponents"; not blank
     * @param tiles the pictures, at least one
     */
    public record Strip(String label, List<Tile> tiles) {

        /**
         * Copies and checks the row.
         *
         * @param label what the pictures are; not blank
         * @param tiles the pictures, at least one
         * @throws IllegalArgumentException if the label is blank or there is no picture
         */
        public Strip {
            Checks.text(label, "the label of a row of pictures");
            tiles = Checks.notEmpty(tiles, "the row \"" + label + "\"", "give it a picture");
        }
    }

    /** Collects the parts of a group. */
    public static final class Builder {

        private @Nullable Tile head;
        private final List<Strip> strips = new ArrayList<>();

        private Builder() {}

        /**
         * Sets the heading picture.
         *
         * @param head the picture with its words
         * @return this builder
         */
        public Builder setHead(Tile head) {
            this.head = head;
            return this;
        }

        /**
         * Adds a row of pictures.
         *
         * @param label what the pictures are; not blank
         * @param tiles the pictures, at least one
         * @return this builder
         * @throws IllegalArgumentException if the label is blank or there is no picture
         */
        public Builder addStrip(String label, List<Tile> tiles) {
            strips.add(new Strip(label, tiles));
            return this;
        }

        /**
         * Makes the group.
         *
         * @return the group
         * @throws IllegalStateException if the heading picture has not been set
         * @throws IllegalArgumentException if there is no row
         */
        public ImageGroup build() {
            return new ImageGroup(
                    Checks.set(head, "an image group needs a heading picture; call setHead"),
                    strips);
        }
    }
}
