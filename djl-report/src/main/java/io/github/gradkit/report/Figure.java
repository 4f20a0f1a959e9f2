package io.github.gradkit.report;

import org.jspecify.annotations.Nullable;

/**
 * A headline figure: the one number (or word) a reader should take away, with its label.
 *
 * @param label what the value is, such as "Flips found"; not blank
 * @param value the value as it is to be shown, such as "96 %"; not blank
 * @param note a short remark shown below the value, or {@code null}
 */
public record Figure(String label, String value, @Nullable String note) {

    /**
     * Checks the figure.
     *
     * @param label what the value is; not blank
     * @param value the value as it is to be shown; not blank
     * @param note a short remark, or {@code null}
     * @throws IllegalArgumentException if a given text is blank
     */
    public Figure {
        Checks.text(label, "the label of a figure");
        Checks.text(value, "the value of figure \"" + label + "\"");
        if (note != null) {
            Checks.text(note, "the note of figure \"" + label + "\"");
        }
    }

    /**
     * Makes a figure without a note.
     *
     * @param label what the value is; not blank
     * @param value the value as it is to be shown; not blank
     * @return the figure
     * @throws IllegalArgumentException if a text is blank
     */
    public static Figure of(String label, String value) {
        return new Figure(label, value, null);
    }

    /**
     * Makes a figure with a note.
     *
     * @param label what the value is; not blank
     * @param value the value as it is to be shown; not blank
     * @param note a short remark shown below the value; not blank
     * @return the figure
     * @throws IllegalArgumentException if a text is blank
     */
    public static Figure of(String label, String value, String note) {
        return new Figure(label, value, note);
    }
}
