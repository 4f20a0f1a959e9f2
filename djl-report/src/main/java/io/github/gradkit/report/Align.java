package io.github.gradkit.report;

/** How the cells of a {@link Table} column are aligned. */
public enum Align {
    /** Towards the left edge: for words. The default. */
    LEFT("left"),
    /** In the middle: for marks and short codes. */
    CENTER("center"),
    /** Towards the right edge, with digits of equal width: for numbers. */
    RIGHT("right");

    private final String css;

    Align(String css) {
        this.css = css;
    }

    String css() {
        return css;
    }
}
