package io.github.gradkit.adacomp.compress;

/** What updates and compressors check alike. */
final class UpdateChecks {

    private UpdateChecks() {}

    static void requireSize(int size, float[] sum) {
        if (sum.length < size) {
            throw new IllegalArgumentException(
                    "The layer has "
                            + size
                            + " values, but there is room for "
                            + sum.length
                            + " sums.");
        }
    }

    /** Checks that indices rise and stay below the size. */
    static void requireRising(int size, int before, int index) {
        if (index <= before || index >= size) {
            throw new IllegalArgumentException(
                    "Indices must rise and be below "
                            + size
                            + ", but "
                            + index
                            + " follows "
                            + (before < 0 ? "nothing" : before)
                            + ".");
        }
    }

    static float finite(String what, float value) {
        if (!Float.isFinite(value)) {
            throw new IllegalArgumentException(
                    what + " must be a finite number, but was " + value + ".");
        }
        return value;
    }
}
