package io.github.gradkit.report;

/** The tone in which a {@link Tile} and its badge are shown. */
public enum Emphasis {
    /** No tone. */
    NEUTRAL("neutral"),
    /** Supports or agrees: blue. */
    POSITIVE("positive"),
    /** Opposes or is wrong: red-orange. */
    NEGATIVE("negative"),
    /** Deserves a look: amber. */
    NOTICE("notice");

    private final String css;

    Emphasis(String css) {
        this.css = css;
    }

    String css() {
        return css;
    }
}
