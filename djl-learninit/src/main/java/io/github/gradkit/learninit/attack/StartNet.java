package io.github.gradkit.learninit.attack;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Norm;
import io.github.gradkit.support.gradient.CollectorConstants;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.SplittableRandom;

/** The network of a learned start, and how its output becomes a change of the inputs. */
final class StartNet implements AutoCloseable {

    private static final double TINY = 1e-20;

    private final Model model;
    private final Shape example;
    private final int classes;
    private final EpsilonBall ball;

    StartNet(Block block, Shape example, int classes, EpsilonBall ball, long seed) {
        this.example = example;
        this.classes = classes;
        this.ball = ball;
        model = Model.newInstance("learned start");
        model.setBlock(block);
        Shape batch = new Shape(1).addAll(example);
        block.initialize(model.getNDManager(), LearnedStart.TYPE, batch, new Shape(1, classes));
        fill(block, seed);
    }

    /** The engine's own random numbers are common to the whole program, so they are left alone. */
    private static void fill(Block block, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (Parameter parameter : ParameterPaths.of(block).values()) {
            if (parameter.getType() != Parameter.Type.WEIGHT) {
                continue;
            }
            NDArray array = parameter.getArray();
            double inputs = array.size() / (double) array.getShape().get(0);
            float[] values = new float[Math.toIntExact(array.size())];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (random.nextDouble(-1, 1) / Math.sqrt(inputs));
            }
            array.set(values);
        }
    }

    Model model() {
        return model;
    }

    /** The shape of one input. */
    Shape example() {
        return example;
    }

    void requireBatch(NDArray inputs, int labels) {
        Shape shape = inputs.getShape();
        if (shape.dimension() != example.dimension() + 1
                || !shape.slice(1).equals(example)
                || shape.get(0) != labels) {
            throw new IllegalArgumentException(
                    "The network starts attacks on inputs (batch, ...) of shape "
                            + example
                            + " with a label each, but the inputs are "
                            + shape
                            + " and the labels "
                            + labels
                            + ". Make a learned start for each kind of input.");
        }
    }

    /** Proposes changes, of the shape of the inputs and on their manager. */
    NDArray propose(NDArray inputs, int[] labels) {
        requireBatch(inputs, labels.length);
        try (NDManager scope = inputs.getManager().newSubManager();
                CollectorConstants constants = CollectorConstants.of(scope)) {
            NDArray seen = inputs.toType(LearnedStart.TYPE, true);
            seen.attach(scope);
            NDList raw =
                    model.getBlock()
                            .forward(
                                    new ParameterStore(scope, false),
                                    new NDList(seen, oneHot(labels, scope)),
                                    false);
            NDArray change = change(raw, inputs.getShape(), constants);
            NDArray typed = change.toType(inputs.getDataType(), true);
            typed.attach(inputs.getManager());
            return typed;
        }
    }

    /** Brings the output of the network to the length of epsilon, inside or outside a collector. */
    NDArray change(NDList raw, Shape shape, CollectorConstants constants) {
        NDArray flat = raw.head().reshape(shape.get(0), -1);
        if (ball.norm() == Norm.LINF) {
            return constants.mul(flat.tanh(), ball.epsilon()).reshape(shape);
        }
        NDArray length = constants.add(flat.mul(flat).sum(new int[] {1}, true), TINY).sqrt();
        return constants.mul(flat.div(length), ball.epsilon()).reshape(shape);
    }

    NDArray oneHot(int[] labels, NDManager manager) {
        float[] values = new float[labels.length * classes];
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classes) {
                throw new IllegalArgumentException(
                        "Labels must be from 0 to "
                                + (classes - 1)
                                + ", but one is "
                                + labels[i]
                                + ". Check setClasses.");
            }
            values[i * classes + labels[i]] = 1;
        }
        try (NDArray given = manager.create(values, new Shape(labels.length, classes))) {
            // The copy leaves the Java buffer that a new array sits on.
            return given.duplicate();
        }
    }

    EpsilonBall ball() {
        return ball;
    }

    @Override
    public void close() {
        model.close();
    }
}
