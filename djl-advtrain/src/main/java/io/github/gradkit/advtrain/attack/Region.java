package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The epsilon ball around each input of a batch.
 *
 * <p>A perturbation is a matrix u {@code (batch, features)}; its input is x + scale * u, clamped to
 * the bounds and brought to the shape of the inputs. So all attacks see a plain ball and a box.
 */
final class Region {

    private static final double TOLERANCE = 1e-5;

    private final Shape shape;
    private final NDArray inputs;
    private final NDArray smallest;
    private final NDArray largest;
    private final @Nullable NDArray scale;
    private final @Nullable NDArray free;
    private final BallBox box;

    private Region(
            Shape shape,
            NDArray inputs,
            NDArray smallest,
            NDArray largest,
            @Nullable NDArray scale,
            @Nullable NDArray free,
            BallBox box) {
        this.shape = shape;
        this.inputs = inputs;
        this.smallest = smallest;
        this.largest = largest;
        this.scale = scale;
        this.free = free;
        this.box = box;
    }

    /** Makes the region; its arrays belong to the manager. */
    static Region of(EpsilonBall ball, NDArray x, NDManager manager) {
        long batch = x.getShape().get(0);
        long features = x.getShape().size() / batch;
        if (ball.features() > 1 && ball.features() != features) {
            throw new IllegalArgumentException(
                    "The ball has values for "
                            + ball.features()
                            + " features, but an input of shape "
                            + x.getShape().slice(1)
                            + " has "
                            + features
                            + ". Give one value for each, in the order of the flattened input.");
        }
        return Scratch.run(() -> create(ball, x, features, manager));
    }

    private static Region create(EpsilonBall ball, NDArray x, long features, NDManager manager) {
        NDArray flat = x.stopGradient().reshape(-1, features);
        flat.attach(manager);
        NDArray lower = row(ball.lower(), flat);
        NDArray upper = row(ball.upper(), flat);
        checkInputs(flat, lower, upper);
        double[] units = units(ball, Math.toIntExact(features));
        NDArray scale = allOnes(units) ? null : row(atLeastTiny(units), flat);
        NDArray free = Arrays.stream(units).allMatch(s -> s > 0) ? null : row(free(units), flat);
        Region region =
                new Region(
                        x.getShape(),
                        flat,
                        flat.minimum(lower),
                        flat.maximum(upper),
                        scale,
                        free,
                        box(ball, flat, lower, upper, scale, free));
        region.keep(manager);
        return region;
    }

    private static BallBox box(
            EpsilonBall ball,
            NDArray flat,
            NDArray lower,
            NDArray upper,
            @Nullable NDArray scale,
            @Nullable NDArray free) {
        NDArray zero = flat.zerosLike();
        NDArray below = lower.sub(flat).minimum(zero);
        NDArray above = upper.sub(flat).maximum(zero);
        if (scale != null) {
            below = below.div(scale);
            above = above.div(scale);
        }
        if (free != null) {
            NDArray fixed = free.eq(0).broadcast(flat.getShape());
            below = NDArrays.where(fixed, zero, below);
            above = NDArrays.where(fixed, zero, above);
        }
        return new BallBox(ball.norm(), ball.epsilon(), below, above);
    }

    private void keep(NDManager manager) {
        for (NDArray array :
                new NDArray[] {inputs, smallest, largest, scale, free, box.lower(), box.upper()}) {
            if (array != null) {
                NDScope.unregister(array);
                array.attach(manager);
            }
        }
    }

    private static void checkInputs(NDArray flat, NDArray lower, NDArray upper) {
        NDArray below = lower.sub(flat).max();
        NDArray above = flat.sub(upper).max();
        double worst = Math.max(number(below), number(above));
        if (Double.isNaN(worst) || Double.isInfinite(number(flat.abs().max()))) {
            throw new IllegalArgumentException(
                    "The inputs hold a value that is not a finite number, so no ball around them"
                            + " makes sense. Repair the data set.");
        }
        double range = number(upper.max()) - number(lower.min());
        double tolerance = TOLERANCE * (Double.isInfinite(range) ? 1 : range);
        if (worst > tolerance) {
            throw new IllegalArgumentException(
                    "An input is out of the bounds of the ball by "
                            + worst
                            + " (inputs "
                            + number(flat.min())
                            + " to "
                            + number(flat.max())
                            + ", bounds "
                            + number(lower.min())
                            + " to "
                            + number(upper.max())
                            + "). Epsilon and bounds are in the units of the inputs: set bounds"
                            + " that fit them, or normalise inside the model.");
        }
    }

    private static double number(NDArray scalar) {
        try (NDArray wide = scalar.toType(DataType.FLOAT64, true)) {
            return wide.getDouble();
        }
    }

    private static NDArray row(double[] values, NDArray like) {
        return like.getManager()
                .create(values)
                .toType(like.getDataType(), true)
                .toDevice(like.getDevice(), false)
                .reshape(1, values.length)
                // A new array sits on a Java buffer, which a view does not keep alive.
                .duplicate();
    }

    private static double[] units(EpsilonBall ball, int features) {
        double[] units = new double[features];
        double[] scale = ball.scale();
        boolean[] mutable = ball.mutable();
        for (int j = 0; j < features; j++) {
            units[j] = scale == null ? 1 : scale[Math.min(j, scale.length - 1)];
            if (mutable != null && !mutable[Math.min(j, mutable.length - 1)]) {
                units[j] = 0;
            }
        }
        return units;
    }

    private static boolean allOnes(double[] units) {
        return Arrays.stream(units).allMatch(s -> s == 1 || s == 0);
    }

    private static double[] atLeastTiny(double[] units) {
        return Arrays.stream(units).map(s -> s > 0 ? s : 1).toArray();
    }

    private static double[] free(double[] units) {
        return Arrays.stream(units).map(s -> s > 0 ? 1 : 0).toArray();
    }

    /** Returns ball and box of the perturbations. */
    BallBox box() {
        return box;
    }

    /** Returns the unperturbed inputs, {@code (batch, features)}; owned by the region. */
    NDArray flatInputs() {
        return inputs;
    }

    /** Returns the inputs that perturbations lead to, in the shape of the inputs. */
    NDArray inputs(NDArray u) {
        return Scratch.keep(
                u.getManager(),
                () -> {
                    NDArray change = scale == null ? u : u.mul(scale);
                    return inputs.add(change).maximum(smallest).minimum(largest).reshape(shape);
                });
    }

    /** Returns the gradient by the perturbations from the gradient by the inputs. */
    NDArray pullBack(NDArray gradient) {
        return Scratch.keep(
                gradient.getManager(),
                () -> {
                    NDArray flat = gradient.reshape(inputs.getShape());
                    NDArray scaled = scale == null ? flat : flat.mul(scale);
                    return free == null ? scaled : scaled.mul(free);
                });
    }

    /** Returns the perturbations that lead to inputs, in the shape of the inputs. */
    NDArray perturbation(NDArray x, NDManager manager) {
        return Scratch.keep(
                manager,
                () -> {
                    NDArray change = x.reshape(inputs.getShape()).sub(inputs);
                    return scale == null ? change : change.div(scale);
                });
    }

    /**
     * Returns the changes of the inputs that perturbations stand for, in the shape of the inputs.
     */
    NDArray inInputUnits(NDArray u) {
        return Scratch.keep(
                u.getManager(),
                () -> (scale == null ? u.duplicate() : u.mul(scale)).reshape(shape));
    }

    /** Returns perturbations from changes of the inputs, in the shape of the inputs. */
    NDArray fromInputUnits(NDArray change, NDManager manager) {
        return Scratch.keep(
                manager,
                () -> {
                    NDArray flat = change.reshape(inputs.getShape());
                    return scale == null ? flat.duplicate() : flat.div(scale);
                });
    }

    /** Returns the region of some of the examples; its arrays belong to the manager. */
    Region rows(NDArray rows, NDManager manager) {
        Shape some = new Shape(shape.getShape().clone());
        some.getShape()[0] = rows.size();
        return new Region(
                some,
                Rows.take(inputs, rows, manager),
                Rows.take(smallest, rows, manager),
                Rows.take(largest, rows, manager),
                scale,
                free,
                box.rows(rows));
    }

    /** Returns the same region with another radius; it shares the arrays. */
    Region withEpsilon(double epsilon) {
        return new Region(shape, inputs, smallest, largest, scale, free, box.withEpsilon(epsilon));
    }
}
