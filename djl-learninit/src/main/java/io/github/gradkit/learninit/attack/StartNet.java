package io.github.gradkit.learninit.attack;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Norm;
import io.github.gradkit.learninit.internal.Scoped;
import io.github.gradkit.learninit.internal.SeededWeights;
import io.github.gradkit.support.gradient.CollectorConstants;

/** The network of a learned start, and how its output becomes a change of the inputs. */
final class StartNet implements AutoCloseable {

    /** The type of all that the network sees. */
    static final DataType TYPE = DataType.FLOAT32;

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
        try {
            model.setBlock(block);
            if (!block.isInitialized()) {
                block.setInitializer(new SeededWeights(seed), Parameter.Type.WEIGHT);
                Shape batch = new Shape(1).addAll(example);
                block.initialize(model.getNDManager(), TYPE, batch, new Shape(1, classes));
            }
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    Model model() {
        return model;
    }

    /** The shape of one input. */
    Shape example() {
        return example;
    }

    EpsilonBall ball() {
        return ball;
    }

    void requireBatch(NDArray inputs, int[] labels) {
        Shape shape = inputs.getShape();
        if (shape.dimension() != example.dimension() + 1
                || !shape.slice(1).equals(example)
                || shape.get(0) != labels.length) {
            throw new IllegalArgumentException(
                    "The network starts attacks on inputs (batch, ...) of shape "
                            + example
                            + " with a label each, but the inputs are "
                            + shape
                            + " and the labels "
                            + labels.length
                            + ". Make a learned start for each kind of input.");
        }
        for (int label : labels) {
            if (label < 0 || label >= classes) {
                throw new IllegalArgumentException(
                        "Labels must be from 0 to "
                                + (classes - 1)
                                + ", but one is "
                                + label
                                + ". Check setClasses.");
            }
        }
    }

    /** The proposals are lengths in units of the inputs. */
    static void requireNoScale(EpsilonBall ball) {
        if (ball.scale() != null) {
            throw new IllegalArgumentException(
                    "The ball has a scale for each feature, which this start doesn't know. Scale"
                            + " the inputs, or start uniformly.");
        }
    }

    private void requireLike(EpsilonBall attacked) {
        requireNoScale(attacked);
        if (attacked.norm() != ball.norm()) {
            throw new IllegalArgumentException(
                    "The network proposes changes in the norm "
                            + ball.norm()
                            + ", but the attack is in the norm "
                            + attacked.norm()
                            + ". Make a learned start for each norm.");
        }
    }

    /** How many times as large as the ball of the network that of an attack is. */
    double relative(EpsilonBall attacked) {
        requireLike(attacked);
        return attacked.epsilon() / ball.epsilon();
    }

    /** Proposes changes within a ball, of the shape of the inputs and on their manager. */
    NDArray propose(NDArray inputs, int[] labels, EpsilonBall attacked) {
        requireBatch(inputs, labels);
        requireLike(attacked);
        try (NDManager scope = inputs.getManager().newSubManager();
                CollectorConstants constants = CollectorConstants.of(scope)) {
            NDArray seen = inputs.toType(TYPE, true);
            seen.attach(scope);
            NDList raw =
                    model.getBlock()
                            .forward(
                                    new ParameterStore(scope, false),
                                    new NDList(seen, oneHot(labels, scope)),
                                    false);
            NDArray change = change(raw, inputs.getShape(), attacked.epsilon(), constants);
            NDArray typed = change.toType(inputs.getDataType(), true);
            typed.attach(inputs.getManager());
            return typed;
        }
    }

    /** Brings the output of the network to the length of the radius, also inside a collector. */
    NDArray change(NDList raw, Shape shape, double epsilon, CollectorConstants constants) {
        NDArray flat = Scoped.flat(raw.singletonOrThrow());
        if (flat.size() != shape.size()) {
            throw new IllegalArgumentException(
                    "The network gives "
                            + raw.head().getShape()
                            + " for inputs "
                            + shape
                            + ", but a number for each feature is needed. Check the block.");
        }
        if (ball.norm() == Norm.LINF) {
            return constants.mul(flat.tanh(), epsilon).reshape(shape);
        }
        return constants.mul(flat.div(length(flat, constants)), epsilon).reshape(shape);
    }

    private NDArray length(NDArray flat, CollectorConstants constants) {
        int[] features = {1};
        if (ball.norm() == Norm.L1) {
            return constants.add(flat.abs().sum(features, true), TINY);
        }
        // Added before the root, which has no gradient at 0.
        return constants.add(flat.mul(flat).sum(features, true), TINY).sqrt();
    }

    /** Makes the second input of the network; the labels have been checked. */
    NDArray oneHot(int[] labels, NDManager manager) {
        float[] values = new float[labels.length * classes];
        for (int i = 0; i < labels.length; i++) {
            values[i * classes + labels[i]] = 1;
        }
        try (NDArray given = manager.create(values, new Shape(labels.length, classes))) {
            // The copy leaves the Java buffer that a new array sits on.
            return given.duplicate();
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
