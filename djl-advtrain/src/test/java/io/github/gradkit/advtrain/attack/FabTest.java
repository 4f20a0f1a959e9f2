package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.initializer.NormalInitializer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The fast adaptive boundary attack against smallest distortions known from elsewhere. */
class FabTest {

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private static Fab fab(EpsilonBall ball) {
        return Fab.builder().setBall(ball).build();
    }

    private NDArray inputs(int batch, int features, long seed) {
        return LinearScorer.inputs(manager, seed, batch, features);
    }

    /** The exact answer for the linear model above: the nearest of the two boundaries. */
    private static double nearest(Norm norm, float[] x, int label, double low, double high) {
        double nearest = Double.POSITIVE_INFINITY;
        for (int rival = 0; rival < 3; rival++) {
            if (rival != label) {
                double[] slope = new double[5];
                double[] lower = new double[5];
                double[] upper = new double[5];
                double behind = LinearModels.BIAS[label] - LinearModels.BIAS[rival];
                for (int j = 0; j < 5; j++) {
                    slope[j] = LinearModels.WEIGHTS[rival][j] - LinearModels.WEIGHTS[label][j];
                    behind -= slope[j] * x[j];
                    lower[j] = low - x[j];
                    upper[j] = high - x[j];
                }
                double[] zero = new double[5];
                double[] step = new HyperplaneStep(norm, 5).of(slope, behind, zero, lower, upper);
                double reached = IntStream.range(0, 5).mapToDouble(j -> slope[j] * step[j]).sum();
                if (Math.abs(reached - behind) < 1e-9) {
                    nearest = Math.min(nearest, FabRow.size(norm, step));
                }
            }
        }
        return nearest;
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void findsTheDistanceToTheBoundaryOfABinaryLinearModel(Norm norm) {
        float[][] weights = {{0.5f, -1, 2, 0, 0.25f}};
        NDArray x = manager.create(new float[] {1, 0, 1, 0, 0, -1, 1, -1, 1, 1}, new Shape(2, 5));
        double dual =
                switch (norm) {
                    case L1 -> 2;
                    case L2 -> Math.sqrt(0.25 + 1 + 4 + 0.0625);
                    case LINF -> 3.75;
                };
        AttackInput input = AttackInput.of(x, new int[] {1, 0});
        try (BlockScorer scorer =
                BlockScorer.of(LinearModels.block(manager, weights, new float[] {0.1f}))) {
            double[] found = fab(EpsilonBall.of(norm, 0.1)).minimalDistortion(scorer, input);
            assertThat(found[0]).isCloseTo(2.6 / dual, within(2e-5));
            assertThat(found[1]).isCloseTo(3.15 / dual, within(2e-5));
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void findsTheNearestOfSeveralBoundariesWithinBounds(Norm norm) {
        NDArray x = inputs(20, 5, 3);
        try (BlockScorer scorer = BlockScorer.of(LinearModels.threeClasses(manager))) {
            int[] labels = LinearScorer.predicted(scorer, x);
            for (double[] bounds : new double[][] {{0, 1}, {-1e6, 1e6}}) {
                EpsilonBall ball = EpsilonBall.of(norm, 0.1).within(bounds[0], bounds[1]);
                double[] found = fab(ball).minimalDistortion(scorer, AttackInput.of(x, labels));
                for (int i = 0; i < labels.length; i++) {
                    float[] row = x.get(i).toFloatArray();
                    double exact = nearest(norm, row, labels[i], bounds[0], bounds[1]);
                    assertThat(found[i])
                            .as("row %d", i)
                            .isCloseTo(exact, within((bounds[1] > 1 ? 5e-5 : 2e-3) * exact));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void breaksExactlyTheExamplesWhoseBoundaryIsInsideTheBall(Norm norm) {
        NDArray x = inputs(20, 5, 4);
        try (BlockScorer scorer = BlockScorer.of(LinearModels.threeClasses(manager))) {
            int[] labels = LinearScorer.predicted(scorer, x);
            double[] exact = new double[labels.length];
            for (int i = 0; i < labels.length; i++) {
                exact[i] = nearest(norm, x.get(i).toFloatArray(), labels[i], 0, 1);
            }
            double[] sorted = Arrays.stream(exact).sorted().toArray();
            double epsilon = (sorted[9] + sorted[10]) / 2;
            EpsilonBall ball = EpsilonBall.of(norm, epsilon).within(0, 1);
            try (AttackResult result = fab(ball).perturb(scorer, AttackInput.of(x, labels))) {
                assertThat(result.successCount()).isEqualTo(10);
                float[] from = x.toFloatArray();
                float[] to = result.adversarial().toFloatArray();
                for (int i = 0; i < labels.length; i++) {
                    assertThat(result.success()[i]).isEqualTo(exact[i] < epsilon);
                    assertThat(result.margins()[i] <= 0).isEqualTo(result.success()[i]);
                    double[] change = new double[5];
                    for (int j = 0; j < 5; j++) {
                        change[j] = to[5 * i + j] - from[5 * i + j];
                        assertThat(to[5 * i + j]).isBetween(0f, 1f);
                    }
                    assertThat(FabRow.size(norm, change)).isLessThan(epsilon * (1 + 1e-5));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void isNoFartherThanProjectedGradientDescentOnANetwork(Norm norm) {
        SequentialBlock block =
                new SequentialBlock()
                        .add(Linear.builder().setUnits(24).build())
                        .add(Activation.tanhBlock())
                        .add(Linear.builder().setUnits(4).build());
        block.setInitializer(new NormalInitializer(0.6f), Parameter.Type.WEIGHT);
        manager.getEngine().setRandomSeed(5);
        block.initialize(manager, DataType.FLOAT32, new Shape(1, 8));
        NDArray x = inputs(12, 8, 9);
        try (BlockScorer scorer = BlockScorer.of(block)) {
            AttackInput input = AttackInput.of(x, LinearScorer.predicted(scorer, x));
            // Restarts begin within epsilon: with less than the distance they all end the same.
            EpsilonBall ball = EpsilonBall.of(norm, 0.5).within(0, 1);
            double[] found =
                    Fab.builder()
                            .setBall(ball)
                            .optRestarts(5)
                            .build()
                            .minimalDistortion(scorer, input);
            double[] other = byBisection(scorer, input, ball);
            double sum = 0;
            double otherSum = 0;
            for (int i = 0; i < found.length; i++) {
                sum += found[i];
                otherSum += other[i];
                assertThat(found[i]).as("row %d", i).isLessThan(1.02 * other[i]);
            }
            assertThat(sum).isLessThanOrEqualTo(otherSum).isFinite();
        }
    }

    /** The smallest radius at which projected gradient descent breaks each example. */
    private static double[] byBisection(Scorer scorer, AttackInput input, EpsilonBall ball) {
        double[] low = new double[input.size()];
        double[] high = new double[input.size()];
        Arrays.fill(high, 8);
        for (int halving = 0; halving < 14; halving++) {
            for (int i = 0; i < high.length; i++) {
                double middle = (low[i] + high[i]) / 2;
                AttackInput one =
                        AttackInput.of(
                                input.inputs().get(i + ":" + (i + 1)),
                                new int[] {input.labels()[i]});
                Attack pgd = Pgd.builder().setBall(ball.withEpsilon(middle)).optSteps(30).build();
                try (AttackResult result = pgd.perturb(scorer, one)) {
                    high[i] = result.success()[0] ? middle : high[i];
                    low[i] = result.success()[0] ? low[i] : middle;
                }
            }
        }
        return high;
    }

    @Test
    void keepsScaleAndMask() {
        float[][] weights = {{1, 1, 1}};
        EpsilonBall ball =
                EpsilonBall.builder()
                        .setNorm(Norm.LINF)
                        .setEpsilon(0.5)
                        .optScale(new double[] {2, 1, 1})
                        .optMutable(new boolean[] {true, true, false})
                        .build();
        NDArray x = manager.zeros(new Shape(1, 3));
        AttackInput input = AttackInput.of(x, new int[] {1});
        try (BlockScorer scorer =
                BlockScorer.of(LinearModels.block(manager, weights, new float[] {0.9f}))) {
            assertThat(fab(ball).minimalDistortion(scorer, input)[0]).isCloseTo(0.3, within(1e-5));
            try (AttackResult result = fab(ball).perturb(scorer, input)) {
                assertThat(result.success()).containsExactly(true);
                float[] to = result.adversarial().toFloatArray();
                assertThat(to[0]).isCloseTo(2 * to[1], within(1e-5f));
                assertThat(to[2]).isZero();
            }
        }
    }

    @Test
    void movesTowardsTheTargetOnly() {
        NDArray x = inputs(8, 5, 11);
        try (BlockScorer scorer = BlockScorer.of(LinearModels.threeClasses(manager))) {
            int[] labels = LinearScorer.predicted(scorer, x);
            int[] targets = Arrays.stream(labels).map(label -> (label + 1) % 3).toArray();
            AttackInput input = AttackInput.of(x, labels).withTargets(targets);
            EpsilonBall ball = EpsilonBall.l2(3);
            double[] any = fab(ball).minimalDistortion(scorer, AttackInput.of(x, labels));
            double[] given = fab(ball).minimalDistortion(scorer, input);
            for (int i = 0; i < any.length; i++) {
                assertThat(given[i]).isGreaterThan(any[i] * (1 - 1e-4)).isFinite();
            }
            try (AttackResult result = fab(ball).perturb(scorer, input)) {
                assertThat(result.successCount()).isEqualTo(8);
                assertThat(LinearScorer.predicted(scorer, result.adversarial())).isEqualTo(targets);
            }
        }
    }

    @Test
    void givesAnExampleTheSameResultInEveryBatch() {
        NDArray x = inputs(5, 5, 14);
        try (BlockScorer scorer = BlockScorer.of(LinearModels.threeClasses(manager))) {
            int[] labels = LinearScorer.predicted(scorer, x);
            Fab attack = Fab.builder().setBall(EpsilonBall.l2(0.1)).optRestarts(3).build();
            double[] whole = attack.minimalDistortion(scorer, AttackInput.of(x, labels));
            assertThat(attack.minimalDistortion(scorer, AttackInput.of(x, labels)))
                    .isEqualTo(whole);
            for (int i = 0; i < whole.length; i++) {
                AttackInput alone =
                        AttackInput.of(x.get(i + ":" + (i + 1)), new int[] {labels[i]})
                                .withIndices(new long[] {i});
                assertThat(attack.minimalDistortion(scorer, alone)[0])
                        .isCloseTo(whole[i], within(1e-5));
            }
        }
    }
}
