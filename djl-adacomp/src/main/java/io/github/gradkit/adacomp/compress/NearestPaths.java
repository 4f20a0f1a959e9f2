package io.github.gradkit.adacomp.compress;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Finds the paths that somebody may have meant who wrote another one. */
final class NearestPaths {

    private static final int SHOWN = 3;

    private NearestPaths() {}

    /** Names the paths that are nearest, first the nearest; of equal ones, the first. */
    static String describe(String wrong, List<String> known) {
        if (known.isEmpty()) {
            return "The model has no such layer at all.";
        }
        String nearest =
                known.stream()
                        .sorted(Comparator.comparingInt(path -> distance(wrong, path)))
                        .limit(SHOWN)
                        .map(path -> "'" + path + "'")
                        .collect(Collectors.joining(", "));
        return (known.size() > SHOWN
                        ? "The nearest of the " + known.size() + " paths are "
                        : "The paths are ")
                + nearest
                + ".";
    }

    /**
     * Counts the letters to insert, to leave out or to change, whatever their case (V.
     * Levenshtein).
     */
    static int distance(String first, String second) {
        String from = first.toLowerCase(Locale.ROOT);
        String to = second.toLowerCase(Locale.ROOT);
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int changed = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
