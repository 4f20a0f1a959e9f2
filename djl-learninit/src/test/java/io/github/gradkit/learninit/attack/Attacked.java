package io.github.gradkit.learninit.attack;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import io.github.gradkit.advtrain.attack.AttackInput;
import io.github.gradkit.advtrain.attack.BlockScorer;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.PerturbationStart;
import io.github.gradkit.advtrain.attack.Pgd;
import io.github.gradkit.learninit.ArrayCounts;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A small model and examples to attack. */
final class Attacked implements AutoCloseable {

    static final int FEATURES = 6;
    static final EpsilonBall BALL = EpsilonBall.linf(0.2).within(0, 1);

    final NDManager manager = NDManager.newBaseManager();
    final Model model = Model.newInstance("attacked");
    final BlockScorer scorer;

    private Attacked(Block block) {
        Engine.getInstance().setRandomSeed(5);
        model.setBlock(block);
        block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, FEATURES));
        scorer = BlockScorer.of(model);
    }

    /** Two classes, whose scores are sums of weighted features. */
    static Attacked linear() {
        Attacked attacked = new Attacked(Linear.builder().setUnits(2).build());
        attacked.fill(new Random(2));
        return attacked;
    }

    /** A linear model that does not look at its inputs, or whose weights are all the same. */
    static Attacked constant(float weight) {
        Attacked attacked = new Attacked(Linear.builder().setUnits(2).build());
        for (Parameter parameter : ParameterPaths.of(attacked.model.getBlock()).values()) {
            float[] values = new float[Math.toIntExact(parameter.getArray().size())];
            Arrays.fill(values, weight);
            parameter.getArray().set(values);
        }
        return attacked;
    }

    /** Three classes, with all that an attack could disturb. */
    static Attacked network() {
        return new Attacked(block());
    }

    static Block block() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(8).build())
                .add(BatchNorm.builder().build())
                .add(Activation.reluBlock())
                .add(Linear.builder().setUnits(3).build());
    }

    private void fill(Random random) {
        for (Parameter parameter : ParameterPaths.of(model.getBlock()).values()) {
            float[] values = new float[Math.toIntExact(parameter.getArray().size())];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            parameter.getArray().set(values);
        }
    }

    /** The weights of a linear model, row by row. */
    float[] weights() {
        return ParameterPaths.of(model.getBlock()).values().stream()
                .filter(parameter -> parameter.getType() == Parameter.Type.WEIGHT)
                .findFirst()
                .orElseThrow()
                .getArray()
                .toFloatArray();
    }

    /** Examples with features from 0 to 1. */
    NDArray inputs(int examples, long seed) {
        Random random = new Random(seed);
        float[] values = new float[examples * FEATURES];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(65) / 64f;
        }
        return manager.create(values, new Shape(examples, FEATURES)).duplicate();
    }

    static int[] labels(int examples, int classes) {
        int[] labels = new int[examples];
        for (int i = 0; i < examples; i++) {
            labels[i] = (i * 7 + i / 5) % classes;
        }
        return labels;
    }

    static LearnedStart.Builder start() {
        return LearnedStart.builder()
                .setBall(BALL)
                .setExample(new Shape(FEATURES))
                .setClasses(3)
                .optHidden(16);
    }

    /** What a start proposes, attempt by attempt, in an attack of the ball. */
    List<float[]> proposals(
            PerturbationStart start, EpsilonBall ball, NDArray inputs, int[] labels, int attempts) {
        List<float[]> seen = new ArrayList<>();
        PerturbationStart spy =
                request -> {
                    NDArray change = start.start(request);
                    seen.add(change.toFloatArray());
                    return change;
                };
        Pgd attack =
                Pgd.builder()
                        .setBall(ball)
                        .optSteps(1)
                        .optStart(spy)
                        .optRestarts(attempts)
                        .optEarlyStop(false)
                        .build();
        attack.perturb(scorer, AttackInput.of(inputs, labels)).close();
        return seen;
    }

    float[] proposal(PerturbationStart start, NDArray inputs, int[] labels) {
        return proposals(start, BALL, inputs, labels, 1).get(0);
    }

    /** All that training goes on from, bit by bit. */
    static Map<String, String> state(Block block) {
        Map<String, String> state = new LinkedHashMap<>();
        ParameterPaths.of(block)
                .forEach(
                        (path, parameter) -> {
                            NDArray array = parameter.getArray();
                            state.put(path, HexFormat.of().formatHex(array.toByteArray()));
                            state.put(path + " flag", "" + parameter.requiresGradient());
                            state.put(path + " gradient", gradient(array));
                        });
        return state;
    }

    private static String gradient(NDArray array) {
        if (!array.hasGradient()) {
            return "none";
        }
        try (NDArray gradient = array.getGradient()) {
            return HexFormat.of().formatHex(gradient.toByteArray());
        }
    }

    int arrays() {
        return ArrayCounts.of(manager) + ArrayCounts.of(model.getNDManager());
    }

    @Override
    public void close() {
        scorer.close();
        model.close();
        manager.close();
    }
}
