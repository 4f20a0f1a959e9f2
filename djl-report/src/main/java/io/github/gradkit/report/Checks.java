package io.github.gradkit.report;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules shared by the parts of the page model. */
final class Checks {

    private Checks() {}

    static String text(String value, String what) {
        Objects.requireNonNull(value, what + " must not be null");
        if (value.isBlank()) {
            throw new IllegalArgumentException(
                    what + " must hold visible text, but is \"" + value + "\"; give it some words");
        }
        return value;
    }

    static <T> List<T> notEmpty(List<T> values, String what, String remedy) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException(what + " must not be empty; " + remedy);
        }
        return List.copyOf(values);
    }

    static <T> T set(@Nullable T value, String rule) {
        if (value == null) {
            throw new IllegalStateException(rule);
        }
        return value;
    }

    static void distinct(List<String> names, String what) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException(
                        what
                                + " must have distinct names, or readers cannot tell them apart,"
                                + " but \""
                                + name
                                + "\" occurs twice");
            }
        }
    }

    static void finiteOrGap(double[] values, String what) {
        boolean finite = false;
        for (int i = 0; i < values.length; i++) {
            if (Double.isInfinite(values[i])) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s must be finite or NaN (a gap), but value %d is %s, which cannot"
                                        + " be drawn; clip it or replace it by NaN",
                                what, i, values[i]));
            }
            finite |= !Double.isNaN(values[i]);
        }
        if (!finite) {
            throw new IllegalArgumentException(
                    what
                            + " must hold at least one finite value, but has none among "
                            + values.length
                            + "; leave the series out");
        }
    }
}
