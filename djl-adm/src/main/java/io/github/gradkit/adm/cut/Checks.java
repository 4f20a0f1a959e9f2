package io.github.gradkit.adm.cut;

/** Checks of sizes. */
final class Checks {

    /** The most framed pixels whose eight arcs an array can hold. */
    private static final long MOST = (Integer.MAX_VALUE - 8) / 8;

    private Checks() {}

    static void size(int width, int height) {
        if (width < 1 || height < 1 || (width + 2L) * (height + 2L) > MOST) {
            throw new IllegalArgumentException(
                    "A grid of "
                            + width
                            + " x "
                            + height
                            + " pixels can't be cut: both sides must be at least 1, and with a"
                            + " frame of one pixel it may have "
                            + MOST
                            + " pixels at most.");
        }
    }

    static void length(String name, int seen, int wanted) {
        if (seen != wanted) {
            throw new IllegalArgumentException(
                    name
                            + " has "
                            + seen
                            + " entries, but needs one for each of the "
                            + wanted
                            + " pixels.");
        }
    }

    static void range(String name, int length, int offset, int wanted) {
        if (offset < 0 || length - offset < wanted) {
            throw new IllegalArgumentException(
                    name
                            + " has "
                            + length
                            + " entries, too few for one for each of the "
                            + wanted
                            + " pixels from entry "
                            + offset
                            + " on.");
        }
    }
}
