package io.github.gradkit.adm.data;

/** The pattern that tells a class of objects from others. */
final class Texture {

    /** How many patterns there are. */
    static final int COUNT = 5;

    private static final double WAVE = 2 * Math.PI / 4;

    private Texture() {}

    /**
     * Returns a pattern's value.
     *
     * @param label from 1 to {@link #COUNT}
     * @return from -1 to 1
     */
    static double at(int label, int x, int y) {
        // Half a step off, since whole ones would hit the zeros of the waves.
        double u = WAVE * (x + 0.5);
        double v = WAVE * (y + 0.5);
        return switch (label) {
            case 1 -> StrictMath.sin(u);
            case 2 -> StrictMath.sin(v);
            case 3 -> Math.sqrt(2) * StrictMath.sin(u) * StrictMath.sin(v);
            case 4 -> StrictMath.sin((u + v) / 2);
            default -> StrictMath.sin((u - v) / 2);
        };
    }
}
