package io.github.gradkit.examples.tracin;

import io.github.gradkit.examples.cli.CommandException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Chooses layers by their paths.
 *
 * @param text patterns separated by commas; {@code *} stands for any characters, {@code ?} for one
 */
record LayerPattern(String text) implements Predicate<String> {

    static final LayerPattern ALL = new LayerPattern("*");

    @Override
    public boolean test(String path) {
        return Arrays.stream(text.split(","))
                .anyMatch(pattern -> Pattern.matches(regex(pattern.strip()), path));
    }

    /** Refuses a pattern that fits no layer, before a model is trained in vain. */
    void requireMatch(List<String> paths) throws CommandException {
        if (paths.stream().noneMatch(this)) {
            throw new CommandException(
                    "--layers "
                            + text
                            + " fits no layer; the layers with parameters are "
                            + String.join(", ", paths));
        }
    }

    private static String regex(String pattern) {
        return pattern.chars()
                .mapToObj(
                        c ->
                                switch (c) {
                                    case '*' -> ".*";
                                    case '?' -> ".";
                                    default -> Pattern.quote(Character.toString(c));
                                })
                .collect(Collectors.joining());
    }

    @Override
    public String toString() {
        return text;
    }
}
