package io.github.gradkit.examples.tracin;

/** Ways to rank training examples from the most to the least suspicious. */
enum Method {
    /** TracIn self-influence. */
    SELF_INFLUENCE("self-influence", ""),
    /** Loss of the given label in the final model. */
    LOSS("loss", "Loss"),
    /** How far the final model prefers another class to the given label. */
    MARGIN("margin", "Margin"),
    /** No information. */
    RANDOM("random", "Random");

    private final String text;
    private final String key;

    Method(String text, String key) {
        this.text = text;
        this.key = key;
    }

    /** Returns what follows the name of a figure in JSON. */
    String key() {
        return key;
    }

    @Override
    public String toString() {
        return text;
    }
}
