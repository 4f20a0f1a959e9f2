package io.github.gradkit.advtrain.attack;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Random perturbations to start an attack from.
 *
 * <p>Features that may not change take no part: what is drawn is a point of the ball of the free
 * features, and the numbers of a row come from its own generator.
 */
final class BallStart {

    private final Norm norm;
    private final double epsilon;
    private final BoxRows box;
    private final HostMatrix draws;

    BallStart(Norm norm, double epsilon, BoxRows box) {
        this.norm = norm;
        this.epsilon = epsilon;
        this.box = box;
        draws = HostMatrix.zeros(box.lower().rows(), box.lower().columns());
    }

    /** Draws from the whole ball; l1 and l2 draws may lie outside of the box. */
    HostMatrix inside(List<? extends RandomGenerator> rows) {
        for (int row = 0; row < draws.rows(); row++) {
            RandomGenerator random = rows.get(row);
            int from = row * draws.columns();
            switch (norm) {
                case LINF -> fillCube(from, random);
                case L2 -> fillBall(from, random);
                case L1 -> fillSimplex(from, random);
            }
        }
        return draws;
    }

    /** Draws from the surface of the ball or beyond; the draws may lie outside of the box. */
    HostMatrix onSurface(List<? extends RandomGenerator> rows) {
        for (int row = 0; row < draws.rows(); row++) {
            RandomGenerator random = rows.get(row);
            int from = row * draws.columns();
            switch (norm) {
                case LINF -> stretch(from, epsilon / largest(fillSigned(from, random)));
                case L2 -> stretch(from, epsilon / Math.sqrt(fillGaussian(from, random)));
                case L1 -> fillWideGaussian(from, random);
            }
        }
        return draws;
    }

    private void fillCube(int from, RandomGenerator random) {
        for (int i = from; i < from + draws.columns(); i++) {
            if (box.free(i)) {
                double low = Math.max(box.lower().values()[i], -epsilon);
                double high = Math.min(box.upper().values()[i], epsilon);
                draws.values()[i] = low + (high - low) * random.nextDouble();
            }
        }
    }

    private void fillBall(int from, RandomGenerator random) {
        double squares = fillGaussian(from, random);
        double radius = epsilon * Math.pow(random.nextDouble(), 1.0 / Math.max(free(from), 1));
        stretch(from, radius / Math.sqrt(squares));
    }

    /**
     * Spacings of uniform points are exponentials over their sum; with one spacing more than there
     * are features, the sizes are uniform on all that sum up to less than 1.
     */
    private void fillSimplex(int from, RandomGenerator random) {
        double sum = random.nextExponential();
        for (int i = from; i < from + draws.columns(); i++) {
            if (box.free(i)) {
                double spacing = random.nextExponential();
                sum += spacing;
                draws.values()[i] = random.nextBoolean() ? spacing : -spacing;
            }
        }
        stretch(from, epsilon / sum);
    }

    /** Normal numbers in units of the width of the box, at least as far out as the ball. */
    private void fillWideGaussian(int from, RandomGenerator random) {
        fillGaussian(from, random);
        double sum = 0;
        for (int i = from; i < from + draws.columns(); i++) {
            double width = box.width(i);
            draws.values()[i] *= Double.isInfinite(width) ? 1 : width;
            sum += Math.abs(draws.values()[i]);
        }
        stretch(from, Math.max(1, epsilon / sum));
    }

    /** Fills in normal numbers and returns the sum of their squares. */
    private double fillGaussian(int from, RandomGenerator random) {
        double squares = 0;
        for (int i = from; i < from + draws.columns(); i++) {
            if (box.free(i)) {
                double value = random.nextGaussian();
                draws.values()[i] = value;
                squares += value * value;
            }
        }
        return squares;
    }

    private int fillSigned(int from, RandomGenerator random) {
        for (int i = from; i < from + draws.columns(); i++) {
            if (box.free(i)) {
                draws.values()[i] = 2 * random.nextDouble() - 1;
            }
        }
        return from;
    }

    private double largest(int from) {
        return Arrays.stream(draws.values(), from, from + draws.columns())
                .map(Math::abs)
                .max()
                .orElse(0);
    }

    private int free(int from) {
        int count = 0;
        for (int i = from; i < from + draws.columns(); i++) {
            count += box.free(i) ? 1 : 0;
        }
        return count;
    }

    private void stretch(int from, double factor) {
        for (int i = from; i < from + draws.columns(); i++) {
            // The comparison spares rows of zeros, whose factor is infinite.
            if (draws.values()[i] != 0) {
                draws.values()[i] *= factor;
            }
        }
    }
}
