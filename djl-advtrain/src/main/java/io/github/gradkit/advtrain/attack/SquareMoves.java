package io.github.gradkit.advtrain.attack;

/** The random moves of a {@link Square} attack in one norm. */
interface SquareMoves {

    /** Draws the perturbation to start from. */
    double[] start(SquareRow row);

    /** Draws a perturbation that differs from the best one in windows of a share of the input. */
    double[] next(SquareRow row, double share);

    static SquareMoves of(Norm norm, double epsilon, SquareLayout layout) {
        return norm == Norm.LINF
                ? new SquareStripes(layout)
                : new SquareMass(norm, epsilon, layout);
    }
}
