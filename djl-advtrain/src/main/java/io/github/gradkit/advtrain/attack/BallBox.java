package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The perturbations of a batch that are allowed: inside a ball around 0 and inside a box.
 *
 * <p>A perturbation is a matrix {@code (n, d)} of floating type with one row per example. All
 * results are exact up to rounding, keep every limit of the box exactly and the ball to a part in a
 * million, have the data type and device of their operand and belong to its manager. A NaN in an
 * operand counts as 0: such a feature stays unchanged. Values beyond 1e100 count as 1e100. Nothing
 * here may run inside a gradient collector.
 *
 * <p>Work in the l1 and l2 norms is done in double precision on the host; on a GPU the matrices
 * travel there and back.
 *
 * <p>The box doesn't own its limits: whoever made them closes them. For the l1 and l2 norms it
 * keeps a copy of them on the host from its first use on.
 */
final class BallBox {

    private final Norm norm;
    private final double epsilon;
    private final NDArray lower;
    private final NDArray upper;
    private @Nullable BoxRows onHost;

    /**
     * Makes a box; checks the radius and the form of the limits, but not their values.
     *
     * @param norm the norm that measures a row
     * @param epsilon the radius of the ball, the same for all rows; 0 allows no change
     * @param lower the lower limits {@code (n, d)}, none above 0; may be negative infinity
     * @param upper the upper limits {@code (n, d)}, none below 0; may be infinity. A feature whose
     *     two limits are 0 is immutable
     * @throws IllegalArgumentException if epsilon is negative, infinite or NaN, or if the limits
     *     are no two matrices of the same shape and floating type
     */
    BallBox(Norm norm, double epsilon, NDArray lower, NDArray upper) {
        BoxChecks.requireRadius(epsilon);
        BoxChecks.requireMatrix(lower);
        BoxChecks.requireForm("The upper limits are ", upper, lower);
        this.norm = norm;
        this.epsilon = epsilon;
        this.lower = lower;
        this.upper = upper;
    }

    Norm norm() {
        return norm;
    }

    double epsilon() {
        return epsilon;
    }

    NDArray lower() {
        return lower;
    }

    NDArray upper() {
        return upper;
    }

    private BoxRows onHost() {
        if (onHost == null) {
            onHost = BoxRows.of(lower, upper);
        }
        return onHost;
    }

    /**
     * Returns the allowed perturbation nearest to the one given, in the Euclidean distance.
     *
     * <p>A row that is allowed already stays as it is.
     *
     * @param perturbation the perturbation {@code (n, d)}
     * @return a new array
     */
    NDArray project(NDArray perturbation) {
        BoxChecks.requireForm("The perturbation is ", perturbation, lower);
        if (epsilon == 0) {
            return perturbation.zerosLike();
        }
        return switch (norm) {
            case LINF -> LinfClamp.project(perturbation, epsilon, lower, upper);
            case L2, L1 -> solve(perturbation, this::projection);
        };
    }

    /**
     * Returns the step of norm 1 along which a linear function grows most, box aside.
     *
     * <p>For linf these are the signs of the gradient, for l2 the gradient over its norm, for l1
     * the sign of its largest entry alone, of the lowest index at ties. A row of zeros gives zeros.
     *
     * @param gradient the gradient {@code (n, d)}
     * @return a new array
     */
    NDArray steepest(NDArray gradient) {
        BoxChecks.requireForm("The gradient is ", gradient, lower);
        return SteepestStep.of(norm, gradient);
    }

    /**
     * Takes a step of steepest ascent and projects. In the l1 norm a feature that stands at the
     * edge of the box is passed over, or the step would come to nothing, and several features may
     * move at once, which share the length of the step evenly (sparse l1 descent).
     *
     * <p>Source: F. Tramer, D. Boneh, <em>Adversarial Training and Robustness for Multiple
     * Perturbations</em>, NeurIPS 2019, sparse l1 descent.
     *
     * @param perturbation where to step from, {@code (n, d)}
     * @param gradient the gradient there, {@code (n, d)}
     * @param stepSize the length of the step in the norm
     * @param top the greatest number of features that move in the l1 norm, 1 or more
     * @return a new array on the manager of the perturbation
     */
    NDArray climb(NDArray perturbation, NDArray gradient, double stepSize, int top) {
        BoxChecks.requireForm("The gradient is ", gradient, lower);
        BoxChecks.requireForm("The perturbation is ", perturbation, lower);
        if (epsilon == 0) {
            return perturbation.zerosLike();
        }
        if (norm == Norm.LINF) {
            return LinfClamp.climb(perturbation, gradient, stepSize, this);
        }
        HostMatrix from = HostMatrix.finiteCopyOf(perturbation);
        HostMatrix step = HostMatrix.finiteCopyOf(gradient);
        if (norm == Norm.L2) {
            SteepestStep.normalize(step);
        } else {
            int[] tops = new int[step.rows()];
            Arrays.fill(tops, top);
            TopStep.pick(step, from, onHost(), tops);
        }
        step.scaleAndAdd(stepSize, from);
        onHost().solve(step, this::projection);
        return step.toArray(perturbation);
    }

    /**
     * Returns a sparse step of l1 norm 1: the signs of the top entries of the gradient, divided by
     * their number.
     *
     * <p>Features that stand at the edge of the box in the direction of their sign are passed over,
     * and so are those of gradient 0; at ties the lowest index comes first. Rows where nothing can
     * move give zeros.
     *
     * @param gradient the gradient {@code (n, d)}
     * @param perturbation the perturbation that the step starts from, {@code (n, d)}
     * @param top the number of entries for each row; less than 1 counts as 1
     * @return a new array on the manager of the gradient
     */
    NDArray steepestTop(NDArray gradient, NDArray perturbation, int[] top) {
        BoxChecks.requireForm("The gradient is ", gradient, lower);
        BoxChecks.requireForm("The perturbation is ", perturbation, lower);
        BoxChecks.requireRows("numbers of top entries", top.length, lower);
        HostMatrix step = HostMatrix.finiteCopyOf(gradient);
        TopStep.pick(step, HostMatrix.finiteCopyOf(perturbation), onHost(), top);
        return step.toArray(gradient);
    }

    /**
     * Returns the allowed perturbation for which a linear function is largest.
     *
     * <p>For a model that is linear this is the strongest attack there is. Features of gradient 0
     * do not change.
     *
     * @param gradient the gradient of the function, {@code (n, d)}
     * @return a new array
     */
    NDArray steepestWithin(NDArray gradient) {
        BoxChecks.requireForm("The gradient is ", gradient, lower);
        return solve(
                gradient,
                () ->
                        switch (norm) {
                            case LINF -> SizeSolver.corner(epsilon);
                            case L2 -> L2Solvers.steepest(epsilon);
                            case L1 -> {
                                Knapsack knapsack = new Knapsack(features());
                                yield (size, cap) -> knapsack.fill(size, cap, epsilon);
                            }
                        });
    }

    /**
     * Draws a random perturbation.
     *
     * <p>For linf it is uniform on what is allowed. For l1 and l2 it is uniform in the ball of the
     * features that may change, and features beyond the box are then set to its limit.
     *
     * @param rows the generator of each row, as from {@link SampleRandom}
     * @return a new array of the data type of the limits, on the manager of {@link #lower()}
     */
    NDArray uniform(List<? extends RandomGenerator> rows) {
        BoxChecks.requireRows("random generators", rows.size(), lower);
        BoxRows box = onHost();
        HostMatrix draws = new BallStart(norm, epsilon, box).inside(rows);
        box.solve(draws, () -> SizeSolver.CLIP);
        return draws.toArray(lower);
    }

    /**
     * Draws a random perturbation far from 0.
     *
     * <p>For linf it is uniform in the cube, then stretched until its largest entry is epsilon; for
     * l2 uniform on the sphere; for l1 the projection of normal numbers in units of the width of
     * the box. Features beyond the box are then set to its limit.
     *
     * @param rows the generator of each row, as from {@link SampleRandom}
     * @return a new array of the data type of the limits, on the manager of {@link #lower()}
     */
    NDArray onSurface(List<? extends RandomGenerator> rows) {
        BoxChecks.requireRows("random generators", rows.size(), lower);
        BoxRows box = onHost();
        HostMatrix draws = new BallStart(norm, epsilon, box).onSurface(rows);
        box.solve(draws, norm == Norm.L1 ? this::projection : () -> SizeSolver.CLIP);
        return draws.toArray(lower);
    }

    /**
     * Returns the norm of each row.
     *
     * @param perturbation the perturbation {@code (n, d)}
     * @return a new array {@code (n)}
     */
    NDArray norms(NDArray perturbation) {
        BoxChecks.requireForm("The perturbation is ", perturbation, lower);
        return RowNorms.of(norm, perturbation);
    }

    /**
     * Returns the limits of some rows.
     *
     * @param indices the rows, an int64 array {@code (m)}
     * @return a box of m rows, whose limits are new arrays on the manager of the indices
     */
    BallBox rows(NDArray indices) {
        NDManager manager = indices.getManager();
        return new BallBox(
                norm,
                epsilon,
                Rows.take(lower, indices, manager),
                Rows.take(upper, indices, manager));
    }

    /**
     * Returns the same box with another ball.
     *
     * @param radius the radius of the ball
     * @return a box that shares the limits of this one
     */
    BallBox withEpsilon(double radius) {
        BallBox other = new BallBox(norm, radius, lower, upper);
        other.onHost = onHost;
        return other;
    }

    private int features() {
        return Math.toIntExact(lower.getShape().get(1));
    }

    private SizeSolver projection() {
        return norm == Norm.L2
                ? L2Solvers.projection(epsilon)
                : new L1Projection(epsilon, features());
    }

    private NDArray solve(NDArray operand, Supplier<SizeSolver> solvers) {
        HostMatrix matrix = HostMatrix.finiteCopyOf(operand);
        onHost().solve(matrix, solvers);
        return matrix.toArray(operand);
    }
}
