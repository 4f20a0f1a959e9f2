package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** APGD on a batch in the engine does what its slow twin does one example at a time. */
class ApgdTwinTest {

    private static final int FEATURES = 12;
    private static final int HIDDEN = 7;
    private static final int CLASSES = 3;
    private static final int EXAMPLES = 5;

    @ParameterizedTest
    @CsvSource({
        "LINF, 0.3, 1",
        "LINF, 0.3, 9",
        "LINF, 0.3, 40",
        "LINF, 0.3, 100",
        "L2, 0.8, 1",
        "L2, 0.8, 9",
        "L2, 0.8, 40",
        "L2, 0.8, 100",
        "L1, 1.5, 1",
        "L1, 1.5, 3",
        "L1, 1.5, 40",
        "L1, 1.5, 100"
    })
    void bestPerturbationIsThatOfTheTwin(Norm norm, double epsilon, int steps) {
        double[][] w1 = TestNets.gaussian(1, HIDDEN, FEATURES);
        double[][] w2 = TestNets.gaussian(2, CLASSES, HIDDEN);
        EpsilonBall ball = EpsilonBall.of(norm, epsilon).within(-1, 1);
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = network(manager, w1, w2);
            double[][] x = inputs();
            int[] labels = IntStream.range(0, EXAMPLES).map(i -> i % CLASSES).toArray();
            NDArray inputs = Boxes.matrix(manager, DataType.FLOAT64, x);
            Attack attack =
                    Apgd.builder()
                            .setBall(ball)
                            .optSteps(steps)
                            .optSeed(9)
                            .optEarlyStop(false)
                            .build();
            try (BlockScorer scorer = BlockScorer.of(block);
                    AttackResult result = attack.perturb(scorer, AttackInput.of(inputs, labels))) {
                double[][] found = Boxes.rows(result.adversarial());
                for (int i = 0; i < EXAMPLES; i++) {
                    ApgdTwin.Hill hill = new Net(w1, w2, x[i], labels[i]);
                    double[] twin = twin(hill, x[i], i, ball, steps);
                    double[] u = RowTwins.minus(found[i], x[i]);

                    assertThat(hill.at(u)).isCloseTo(hill.at(twin), within(1e-9));
                    assertThat(u).containsExactly(twin, within(1e-6));
                }
            }
        }
    }

    private static double[] twin(
            ApgdTwin.Hill hill, double[] x, int index, EpsilonBall ball, int steps) {
        double[] lower = Arrays.stream(x).map(v -> -1 - v).toArray();
        double[] upper = Arrays.stream(x).map(v -> 1 - v).toArray();
        double[] nothing = new double[FEATURES];
        double[] best = nothing;
        double[] from = null;
        int wide = ball.norm() == Norm.L1 ? (int) (0.3 * steps) : 0;
        List<Integer> lengths = List.of(wide, wide, steps - 2 * wide);
        for (int phase = 0; phase < 3; phase++) {
            if (lengths.get(phase) == 0) {
                continue;
            }
            double radius = (3 - phase) * ball.epsilon();
            ApgdTwin twin = new ApgdTwin(hill, ball.norm(), radius, lower, upper);
            double[] start =
                    from == null
                            ? surface(ball.norm(), radius, lower, upper, index)
                            : RowTwins.project(ball.norm(), radius, from, lower, upper);
            best =
                    ball.norm() == Norm.L1
                            ? twin.climbSparsely(start, lengths.get(phase), from == null)
                            : twin.climb(start, lengths.get(phase));
            from = best;
        }
        return hill.at(best) > hill.at(nothing) ? best : nothing;
    }

    private static double[] surface(
            Norm norm, double radius, double[] lower, double[] upper, int index) {
        try (NDManager manager = NDManager.newBaseManager()) {
            BallBox box =
                    new BallBox(
                            norm,
                            radius,
                            Boxes.matrix(manager, DataType.FLOAT64, lower),
                            Boxes.matrix(manager, DataType.FLOAT64, upper));
            return box.onSurface(List.of(SampleRandom.of(9, index, 0))).toDoubleArray();
        }
    }

    private static double[][] inputs() {
        return Arrays.stream(TestNets.gaussian(3, EXAMPLES, FEATURES))
                .map(row -> Arrays.stream(row).map(v -> Math.max(-1, Math.min(1, v))).toArray())
                .toArray(double[][]::new);
    }

    private static Block network(NDManager manager, double[][] w1, double[][] w2) {
        Block block =
                new SequentialBlock()
                        .add(Linear.builder().setUnits(HIDDEN).optBias(false).build())
                        .add(Activation::tanh)
                        .add(Linear.builder().setUnits(CLASSES).optBias(false).build());
        block.initialize(manager, DataType.FLOAT64, new Shape(1, FEATURES));
        List<double[][]> weights = List.of(w1, w2);
        int[] layer = {0};
        ParameterPaths.of(block)
                .forEach(
                        (path, parameter) -> {
                            try (NDArray values =
                                    Boxes.matrix(
                                            manager, DataType.FLOAT64, weights.get(layer[0]++))) {
                                values.copyTo(parameter.getArray());
                            }
                        });
        return block;
    }

    /** The cross-entropy of the network in plain Java. */
    private record Net(double[][] w1, double[][] w2, double[] x, int label)
            implements ApgdTwin.Hill {

        @Override
        public double at(double[] u) {
            double[] z = times(w2, hidden(u));
            double top = Arrays.stream(z).max().orElseThrow();
            double sum = Arrays.stream(z).map(v -> Math.exp(v - top)).sum();
            return Math.log(sum) + top - z[label];
        }

        @Override
        public double[] slope(double[] u) {
            double[] h = hidden(u);
            double[] z = times(w2, h);
            double top = Arrays.stream(z).max().orElseThrow();
            double sum = Arrays.stream(z).map(v -> Math.exp(v - top)).sum();
            double[] slope = new double[u.length];
            for (int i = 0; i < h.length; i++) {
                double back = 0;
                for (int c = 0; c < z.length; c++) {
                    back += (Math.exp(z[c] - top) / sum - (c == label ? 1 : 0)) * w2[c][i];
                }
                for (int j = 0; j < slope.length; j++) {
                    slope[j] += back * (1 - h[i] * h[i]) * w1[i][j];
                }
            }
            return slope;
        }

        private double[] hidden(double[] u) {
            double[] moved = new double[u.length];
            Arrays.setAll(moved, j -> x[j] + u[j]);
            return Arrays.stream(times(w1, moved)).map(Math::tanh).toArray();
        }

        private static double[] times(double[][] w, double[] v) {
            return Arrays.stream(w).mapToDouble(row -> RowTwins.dot(row, v)).toArray();
        }
    }
}
