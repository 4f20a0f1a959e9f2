package io.github.gradkit.examples.hyperopt;

/** The networks to choose from. */
enum NetworkKind {
    /** One hidden layer, for images. */
    MLP("mlp"),
    /** An LSTM that predicts the next character of a text. */
    CHAR_RNN("char-rnn");

    private final String text;

    NetworkKind(String text) {
        this.text = text;
    }

    /** Returns the name as typed on the command line. */
    @Override
    public String toString() {
        return text;
    }
}
