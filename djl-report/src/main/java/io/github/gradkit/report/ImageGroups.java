package io.github.gradkit.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Groups of related pictures, one below the other.
 *
 * @param title what the groups show; not blank
 * @param caption a remark on how to read them, or {@code null}
 * @param groups the groups, at least one
 */
public record ImageGroups(String title, @Nullable String caption, List<ImageGroup> groups)
        implements Section {

    /**
     * Copies and checks the groups.
     *
     * @param title what the groups show; not blank
     * @param caption a remark on how to read them, or {@code null}
     * @param groups the groups, at least one
     * @throws IllegalArgumentException if the title is blank or there is no group
     */
    public ImageGroups {
        Checks.text(title, "the title of image groups");
        groups = Checks.notEmpty(groups, "the groups of \"" + title + "\"", "call addGroup");
    }

    /**
     * Starts a section of groups.
     *
     * @return an empty builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the groups. */
    public static final class Builder {

        private @Nullable String title;
        private @Nullable String caption;
        private final List<ImageGroup> groups = new ArrayList<>();

        private Builder() {}

        /**
         * Sets the title.
         *
         * @param title what the groups show; not blank
         * @return this builder
         * @throws IllegalArgumentException if the title is blank
         */
        public Builder setTitle(String title) {
            this.title = Checks.text(title, "the title of image groups");
            return this;
        }

        /**
         * Sets the caption.
         *
         * @param caption a remark on how to read the groups; not blank
         * @return this builder
         * @throws IllegalArgumentException if the caption is blank
         */
        public Builder optCaption(String caption) {
            this.caption = Checks.text(caption, "the caption of image groups");
            return this;
        }

        /**
         * Adds a group.
         *
         * @param group a heading picture with its rows
         * @return this builder
         */
        public Builder addGroup(ImageGroup group) {
            groups.add(group);
            return this;
        }

        /**
         * Makes the section.
         *
         * @return the section
         * @throws IllegalStateException if the title has not been set
         * @throws IllegalArgumentException if there is no group
         */
        public ImageGroups build() {
            return new ImageGroups(
                    Checks.set(title, "image groups need a title; call setTitle"), caption, groups);
        }
    }
}
