package io.github.gradkit.adm.data;

import java.util.Random;

/**
 * A star-like shape: radius {@code R (1 + a sin(l theta + phi))} around its centre, stretched and
 * turned.
 */
final class Blob {

    private final double x;
    private final double y;
    private final double radius;
    private final double depth;
    private final int lobes;
    private final double phase;
    private final double aspect;
    private final double cos;
    private final double sin;

    Blob(Random random, int height, int width, double smallest, double largest) {
        x = Streams.uniform(random, 0.15, 0.85) * width;
        y = Streams.uniform(random, 0.15, 0.85) * height;
        radius = Streams.uniform(random, smallest, largest);
        depth = Streams.uniform(random, 0.15, 0.35);
        lobes = 3 + random.nextInt(5);
        phase = random.nextDouble() * 2 * Math.PI;
        aspect = Streams.uniform(random, 0.75, 1.33);
        double turn = random.nextDouble() * 2 * Math.PI;
        cos = StrictMath.cos(turn);
        sin = StrictMath.sin(turn);
    }

    boolean holds(int column, int row) {
        double dx = column + 0.5 - x;
        double dy = row + 0.5 - y;
        double u = (cos * dx + sin * dy) * aspect;
        double v = (cos * dy - sin * dx) / aspect;
        double square = u * u + v * v;
        double reach = radius * (1 + depth);
        if (square >= reach * reach) {
            return false;
        }
        double theta = StrictMath.atan2(v, u);
        double edge = radius * (1 + depth * StrictMath.sin(lobes * theta + phase));
        return square < edge * edge;
    }
}
