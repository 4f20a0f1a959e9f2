package io.github.gradkit.adm.data;

/** Checks of sizes and values. */
final class Checks {

    private Checks() {}

    static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    static void size(String name, int channels, int height, int width) {
        require(
                channels >= 1 && height >= 1 && width >= 1,
                name
                        + " can't have "
                        + channels
                        + " channels, "
                        + height
                        + " rows and "
                        + width
                        + " columns: each must be at least 1.");
        require(
                (long) channels * height * width <= Integer.MAX_VALUE - 8,
                name + " has more values than an array can hold. Cut it into smaller images.");
    }

    static void length(String name, int seen, int wanted, String what) {
        require(
                seen == wanted,
                name + " has " + seen + " " + what + ", but its size asks for " + wanted + ".");
    }
}
