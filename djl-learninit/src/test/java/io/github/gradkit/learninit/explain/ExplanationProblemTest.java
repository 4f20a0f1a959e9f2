package io.github.gradkit.learninit.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import io.github.gradkit.learninit.descent.Descent;
import io.github.gradkit.learninit.descent.Objective;
import io.github.gradkit.learninit.descent.Solution;
import io.github.gradkit.learninit.descent.ValueGradient;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExplanationProblemTest {

    private static final int SIZE = LinearClassifier.SIZE;

    private final NDManager manager = NDManager.newBaseManager();
    private final LinearClassifier linear = new LinearClassifier(3);
    private final Block block = linear.block(manager);
    private final float[] x = {0.1f, 0.9f, 0.3f, 0.5f, 0.2f, 0.8f, 0.4f, 0.6f};
    private final float[] change = {0.05f, 0.1f, 0, 0.3f, 0.2f, 0, 0.1f, 0.25f};

    @AfterEach
    void close() {
        manager.close();
    }

    private ExplanationProblem.Builder builder(Contrast contrast) {
        return ExplanationProblem.builder()
                .setContrast(contrast)
                .setShape(new Shape(SIZE))
                .setClassifier(block)
                .optBeta(0.3)
                .optKappa(2)
                .optConstant(7);
    }

    private double expected(Contrast contrast, float[] delta, double gamma) {
        int label = linear.label(x);
        float[] shown = new float[SIZE];
        double size = 0;
        double error = 0;
        for (int i = 0; i < SIZE; i++) {
            shown[i] = delta[i] + (contrast == Contrast.NEGATIVE ? x[i] : 0);
            size += 0.3 * delta[i] + delta[i] * delta[i];
            // The autoencoder of these tests gives half of its input.
            error += shown[i] / 2 * shown[i] / 2;
        }
        double lead = linear.score(shown, label) - linear.score(shown, 1 - label);
        double gap = contrast == Contrast.NEGATIVE ? lead : -lead;
        return 7 * Math.max(0, gap + 2) + size + gamma * error;
    }

    private static Block half() {
        return new LambdaBlock(list -> new NDList(list.head().div(list.head().onesLike().mul(2))));
    }

    @Test
    void valueIsTheFormula() {
        for (Contrast contrast : Contrast.values()) {
            for (double gamma : new double[] {0, 5}) {
                ExplanationProblem problem =
                        builder(contrast).optAutoencoder(half(), gamma).build();
                NDList known = problem.known(manager, List.of(x));
                NDArray delta = manager.create(change, new Shape(1, SIZE));
                assertThat((double) problem.value(known, delta).getFloat())
                        .isCloseTo(expected(contrast, change, gamma), within(1e-4));
            }
        }
    }

    @Test
    void gradientAgreesWithFiniteDifferences() {
        for (Contrast contrast : Contrast.values()) {
            ExplanationProblem problem = builder(contrast).build();
            NDList known = problem.known(manager, List.of(x));
            NDArray delta = manager.create(change, new Shape(1, SIZE)).add(0.01f);
            float[] at = delta.toFloatArray();
            try (Objective objective = Objective.open(problem, known);
                    ValueGradient both = objective.gradient(delta)) {
                float[] gradient = both.gradient().toFloatArray();
                for (int i = 0; i < SIZE; i++) {
                    float[] up = at.clone();
                    float[] down = at.clone();
                    up[i] += 1e-3f;
                    down[i] -= 1e-3f;
                    double slope = expected(contrast, up, 0) - expected(contrast, down, 0);
                    assertThat((double) gradient[i])
                            .isCloseTo(slope / (up[i] - (double) down[i]), within(0.01));
                }
            }
        }
    }

    @Test
    void fistaReachesWhatDescentReachesOnTheSmoothObjective() {
        ExplanationProblem problem = builder(Contrast.NEGATIVE).optBeta(0).build();
        NDList known = problem.known(manager, List.of(x));
        NDArray start = manager.zeros(new Shape(1, SIZE));
        Solution fista = Fista.builder().optSteps(2000).build().solve(problem, known, start);
        Solution descent =
                Descent.builder()
                        .setStep(0.001)
                        .optSteps(5000)
                        .build()
                        .solve(problem, known, start);
        assertThat(fista.values().get(0)).isCloseTo(descent.values().get(0), within(0.05));
        assertThat(fista.cost().gradients()).isEqualTo(2000);
        assertThat(fista.cost().values()).isEqualTo(2001);
    }

    @Test
    void estimatesOfALinearHingeAverageToItsGradient() {
        ExplanationProblem white = builder(Contrast.NEGATIVE).build();
        ExplanationProblem black =
                ExplanationProblem.builder()
                        .setContrast(Contrast.NEGATIVE)
                        .setShape(new Shape(SIZE))
                        .setScorer(white.objective()::scores)
                        .optBeta(0.3)
                        .optKappa(2)
                        .optConstant(7)
                        .build();
        NDList known = white.known(manager, List.of(x));
        NDArray start = manager.create(change, new Shape(1, SIZE));
        Fista.Builder oneStep = Fista.builder().optSteps(1).optRate(1e-3);
        Solution exact = oneStep.build().solve(white, known, start);
        Solution estimated = oneStep.optEstimate(4000, 0.01).build().solve(black, known, start);
        Solution again = oneStep.build().solve(black, known, start);
        Solution other = oneStep.optSeed(1).build().solve(black, known, start);
        float[] expected = exact.argument().toFloatArray();
        float[] found = estimated.argument().toFloatArray();
        for (int i = 0; i < SIZE; i++) {
            assertThat(found[i]).isCloseTo(expected[i], within(2e-3f));
        }
        assertThat(again.argument().toFloatArray()).containsExactly(found);
        assertThat(other.argument().toFloatArray()).isNotEqualTo(found);
        assertThat(estimated.cost().values()).isEqualTo(8002);
    }

    @Test
    void estimatesOfManyPairsAtOnceAreThoseOfOneAfterTheOther() {
        int pairs = 300;
        double smoothing = 0.05;
        ExplanationProblem black =
                ExplanationProblem.builder()
                        .setContrast(Contrast.NEGATIVE)
                        .setShape(new Shape(SIZE))
                        .setScorer(builder(Contrast.NEGATIVE).build().objective()::scores)
                        .optBeta(0)
                        .optKappa(100)
                        .optConstant(7)
                        .build();
        float[] other = new float[SIZE];
        NDList known = black.known(manager, List.of(x, other));
        float[] starts = Arrays.copyOf(change, 2 * SIZE);
        Arrays.fill(starts, SIZE, 2 * SIZE, 0.5f);
        double[] estimate = new double[2 * SIZE];
        SplittableRandom random = new SplittableRandom(9);
        int[] labels = {linear.label(x), linear.label(other)};
        for (int pair = 0; pair < pairs; pair++) {
            double[] normal = new double[2 * SIZE];
            Arrays.setAll(normal, i -> random.nextGaussian());
            for (int instance = 0; instance < 2; instance++) {
                double slope = 0;
                for (int i = 0; i < SIZE; i++) {
                    // The hinge is far from its edge, so it is linear.
                    slope -= linear.favour(i, 1 - labels[instance]) * normal[instance * SIZE + i];
                }
                for (int i = 0; i < SIZE; i++) {
                    int at = instance * SIZE + i;
                    estimate[at] += 7 * slope * normal[at] / pairs;
                }
            }
        }
        Solution step =
                Fista.builder()
                        .optSteps(1)
                        .optRate(1e-3)
                        .optEstimate(pairs, smoothing)
                        .optSeed(9)
                        .build()
                        .solve(black, known, manager.create(starts, new Shape(2, SIZE)));
        float[] found = step.argument().toFloatArray();
        for (int i = 0; i < found.length; i++) {
            double moved = starts[i] - 1e-3 * (estimate[i] + 2 * starts[i]);
            double room = 1 - (i < SIZE ? x[i] : other[i - SIZE]);
            assertThat(found[i])
                    .isCloseTo((float) Math.max(0, Math.min(room, moved)), within(1e-4f));
        }
    }

    @Test
    void aClassOfProbabilityZeroIsAsFarAwayAsAny() {
        float infinite = Float.NEGATIVE_INFINITY;
        for (Contrast contrast : Contrast.values()) {
            for (float[] scores : new float[][] {{-1, -3, infinite}, {infinite, -3, -1}}) {
                // The inputs are of the first class; where they are changed, the scores are these.
                ExplanationProblem problem =
                        ExplanationProblem.builder()
                                .setContrast(contrast)
                                .setShape(new Shape(SIZE))
                                .setScorer(y -> logarithms(y, scores))
                                .optBeta(0.3)
                                .optKappa(2)
                                .optConstant(7)
                                .build();
                NDList known = problem.known(manager, List.of(x));
                NDArray delta = manager.create(change, new Shape(1, SIZE));
                Solution solution =
                        Fista.builder()
                                .optSteps(2)
                                .optEstimate(2, 0.01)
                                .build()
                                .solve(problem, known, delta);
                assertThat(solution.values().get(0)).isFinite();
                if (scores[0] == -1) {
                    double size = problem.objective().rest(known, delta).getFloat() + 0.3;
                    double hinge = contrast == Contrast.NEGATIVE ? 7 * (2 + 2) : 0;
                    assertThat((double) problem.value(known, delta).getFloat())
                            .isCloseTo(hinge + size, within(1e-4));
                }
            }
        }
    }

    private NDArray logarithms(NDArray y, float[] changed) {
        NDArray same = y.getManager().create(x);
        int rows = Math.toIntExact(y.getShape().get(0));
        boolean first = y.contentEquals(same.expandDims(0));
        float[] all = new float[rows * 3];
        for (int i = 0; i < all.length; i++) {
            all[i] = first ? -i : changed[i % 3];
        }
        return y.getManager().create(all, new Shape(rows, 3));
    }

    @Test
    void scoresWithoutGradientCanNotBeDescended() {
        ExplanationProblem problem =
                ExplanationProblem.builder()
                        .setContrast(Contrast.POSITIVE)
                        .setShape(new Shape(SIZE))
                        .setScorer(y -> y.getManager().ones(new Shape(y.getShape().get(0), 2)))
                        .build();
        NDList known = problem.known(manager, List.of(x));
        assertThat(problem.blocks()).isEmpty();
        assertThat(known.get(1).toFloatArray()).containsExactly(1, 0);
        NDArray start = manager.zeros(new Shape(1, SIZE));
        Descent descent = Descent.builder().setStep(0.1).optSteps(1).build();
        assertThatThrownBy(() -> descent.solve(problem, known, start))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Only scores");
        assertThat(problem.value(known, start).getFloat()).isZero();
    }

    @Test
    void identityTellsWeightsApart() {
        String identity = builder(Contrast.NEGATIVE).build().identity();
        Block same = new LinearClassifier(3).block(manager);
        Block other = new LinearClassifier(4).block(manager);
        assertThat(builder(Contrast.NEGATIVE).setClassifier(same).build().identity())
                .isEqualTo(identity);
        assertThat(builder(Contrast.NEGATIVE).setClassifier(other).build().identity())
                .isNotEqualTo(identity);
        assertThat(builder(Contrast.NEGATIVE).optAutoencoder(other, 1).build().identity())
                .isNotEqualTo(
                        builder(Contrast.NEGATIVE).optAutoencoder(same, 1).build().identity());
        assertThat(builder(Contrast.POSITIVE).build().identity()).isNotEqualTo(identity);
    }

    @Test
    void refusesBadSettings() {
        assertThatThrownBy(() -> builder(Contrast.NEGATIVE).setScorer(y -> y).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("either");
        assertThatThrownBy(() -> ExplanationProblem.builder().build())
                .isInstanceOf(IllegalStateException.class);
        ExplanationProblem.Builder builder = builder(Contrast.NEGATIVE);
        assertThatThrownBy(() -> builder.optBeta(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.optKappa(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.optConstant(0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.optRange(1, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.optAutoencoder(half(), Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Fista.builder().optSteps(0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Fista.builder().optEstimate(0, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesInputsOfAnotherSizeAndOneScore() {
        ExplanationProblem problem = builder(Contrast.NEGATIVE).build();
        assertThatThrownBy(() -> problem.known(manager.zeros(new Shape(0, SIZE))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 or more");
        assertThatThrownBy(() -> problem.known(manager.zeros(new Shape(1, SIZE), DataType.FLOAT64)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("float64");
        assertThatThrownBy(() -> problem.known(manager, List.of(new float[3])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has 3 numbers");
        ExplanationProblem single =
                ExplanationProblem.builder()
                        .setContrast(Contrast.POSITIVE)
                        .setShape(new Shape(SIZE))
                        .setScorer(y -> y.sum(new int[] {1}, true))
                        .build();
        assertThatThrownBy(() -> single.known(manager, List.of(x)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(1, 1)");
        NDList known = problem.known(manager, List.of(x));
        assertThatThrownBy(
                        () ->
                                Fista.builder()
                                        .build()
                                        .solve(problem, known, manager.ones(new Shape(2, SIZE))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(2, 8)");
    }
}
