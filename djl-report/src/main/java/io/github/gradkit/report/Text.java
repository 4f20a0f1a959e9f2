package io.github.gradkit.report;

import java.util.List;

/**
 * Paragraphs of plain text. Markup is shown as it is written, never interpreted.
 *
 * @param paragraphs one or more paragraphs, none of them blank
 */
public record Text(List<String> paragraphs) implements Section {

    /**
     * Copies and checks the paragraphs.
     *
     * @param paragraphs one or more paragraphs, none of them blank
     * @throws IllegalArgumentException if there is no paragraph or one is blank
     */
    public Text {
        paragraphs = Checks.notEmpty(paragraphs, "a text", "add a paragraph");
        paragraphs.forEach(paragraph -> Checks.text(paragraph, "a paragraph"));
    }

    /**
     * Makes a text of the given paragraphs.
     *
     * @param paragraphs one or more paragraphs, none of them blank
     * @return the text
     * @throws IllegalArgumentException if there is no paragraph or one is blank
     */
    public static Text of(String... paragraphs) {
        return new Text(List.of(paragraphs));
    }
}
