package io.github.gradkit.examples.cli;

import java.io.PrintWriter;
import java.util.List;

/** Text in lines that fit a terminal. */
public final class Wrapped {

    private static final int WIDTH = 78;

    private Wrapped() {}

    /**
     * Prints a text in lines that fit a terminal. A percent sign stays beside its number.
     *
     * @param text words
     * @param out where to print them
     */
    public static void print(String text, PrintWriter out) {
        StringBuilder line = new StringBuilder();
        for (String word : List.of(text.replace(" %", "\u00a0%").split(" "))) {
            if (line.length() > 0 && line.length() + 1 + word.length() > WIDTH) {
                out.println(line.toString().replace('\u00a0', ' '));
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        out.println(line.toString().replace('\u00a0', ' '));
    }
}
