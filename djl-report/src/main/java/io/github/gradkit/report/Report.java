package io.github.gradkit.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page: a title, headline figures and sections. Rendered, it is one HTML file which needs no
 * network, follows the reader's light or dark colour scheme, and can be printed.
 *
 * @param title the title of the page; not blank
 * @param subtitle a short line below the title, or {@code null}
 * @param lead an opening paragraph which says what the page shows, or {@code null}
 * @param footer a closing line, such as how the page was made, or {@code null}
 * @param figures the headline figures; may be empty
 * @param sections the parts of the page in order; at least one, unless there are figures
 */
public record Report(
        String title,
        @Nullable String subtitle,
        @Nullable String lead,
        @Nullable String footer,
        List<Figure> figures,
        List<Section> sections) {

    /**
     * Copies and checks the page.
     *
     * @param title the title of the page; not blank
     * @param subtitle a short line below the title, or {@code null}
     * @param lead an opening paragraph, or {@code null}
     * @param footer a closing line, or {@code null}
     * @param figures the headline figures; may be empty
     * @param sections the parts of the page in order; at least one, unless there are figures
     * @throws IllegalArgumentException if the title is blank or the page would be empty
     */
    public Report {
        Checks.text(title, "the title of a report");
        figures = List.copyOf(figures);
        sections = List.copyOf(sections);
        if (figures.isEmpty() && sections.isEmpty()) {
            throw new IllegalArgumentException(
                    "report \"" + title + "\" must show something; add a section or a figure");
        }
    }

    /**
     * Starts a report.
     *
     * @return an empty builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Renders the page.
     *
     * @return the HTML document; the same for equal content
     */
    public String toHtml() {
        return HtmlPage.render(this);
    }

    /**
     * Writes the page to a file in UTF-8. Missing parent folders are created. The file is written
     * under a temporary name beside the target and then moved over it, so readers see the old page
     * or the new one, never a part. A device or a pipe is written to as it is.
     *
     * @param file the file to write; replaced if it exists
     * @throws IOException if the file cannot be written; an old file is then left as it was
     */
    public void writeTo(Path file) throws IOException {
        AtomicFile.write(file, toHtml());
    }

    /** Collects the parts of a report. */
    public static final class Builder {

        private @Nullable String title;
        private @Nullable String subtitle;
        private @Nullable String lead;
        private @Nullable String footer;
        private final List<Figure> figures = new ArrayList<>();
        private final List<Section> sections = new ArrayList<>();

        private Builder() {}

        /**
         * Sets the title.
         *
         * @param title the title of the page; not blank
         * @return this builder
         * @throws IllegalArgumentException if the title is blank
         */
        public Builder setTitle(String title) {
            this.title = Checks.text(title, "the title of a report");
            return this;
        }

        /**
         * Sets the subtitle.
         *
         * @param subtitle a short line below the title; not blank
         * @return this builder
         * @throws IllegalArgumentException if the subtitle is blank
         */
        public Builder optSubtitle(String subtitle) {
            this.subtitle = Checks.text(subtitle, "the subtitle of a report");
            return this;
        }

        /**
         * Sets the opening paragraph.
         *
         * @param lead what the page shows; not blank
         * @return this builder
         * @throws IllegalArgumentException if the paragraph is blank
         */
        public Builder optLead(String lead) {
            this.lead = Checks.text(lead, "the lead of a report");
            return this;
        }

        /**
         * Sets the closing line.
         *
         * @param footer such as how the page was made; not blank
         * @return this builder
         * @throws IllegalArgumentException if the line is blank
         */
        public Builder optFooter(String footer) {
            this.footer = Checks.text(footer, "the footer of a report");
            return this;
        }

        /**
         * Adds headline figures.
         *
         * @param figures the figures, from left to right
         * @return this builder
         */
        public Builder addFigures(Figure... figures) {
            this.figures.addAll(List.of(figures));
            return this;
        }

        /**
         * Adds a section below those already added.
         *
         * @param section the section
         * @return this builder
         */
        public Builder add(Section section) {
            sections.add(section);
            return this;
        }

        /**
         * Adds a heading below the sections already added.
         *
         * @param text the words of the heading; not blank
         * @return this builder
         * @throws IllegalArgumentException if the text is blank
         */
        public Builder addHeading(String text) {
            return add(new Heading(text));
        }

        /**
         * Adds paragraphs below the sections already added.
         *
         * @param paragraphs one or more paragraphs, none of them blank
         * @return this builder
         * @throws IllegalArgumentException if there is no paragraph or one is blank
         */
        public Builder addText(String... paragraphs) {
            return add(Text.of(paragraphs));
        }

        /**
         * Makes the report.
         *
         * @return the report
         * @throws IllegalStateException if the title has not been set
         * @throws IllegalArgumentException if there is neither a section nor a figure
         */
        public Report build() {
            return new Report(
                    Checks.set(title, "a report needs a title; call setTitle"),
                    subtitle,
                    lead,
                    footer,
                    figures,
                    sections);
        }
    }
}
