package io.github.gradkit.report;

/**
 * A heading which starts a part of the page. Reports with three or more headings get a list of
 * contents. The link target of a heading is made of its words.
 *
 * @param text the words of the heading; not blank
 */
public record Heading(String text) implements Section {

    /**
     * Checks the heading.
     *
     * @param text the words of the heading; not blank
     * @throws IllegalArgumentException if the text is blank
     */
    public Heading {
        Checks.text(text, "a heading");
    }
}
