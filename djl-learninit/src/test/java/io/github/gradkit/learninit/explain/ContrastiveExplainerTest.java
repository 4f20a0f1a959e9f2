package io.github.gradkit.learninit.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import io.github.gradkit.learninit.ArrayCounts;
import io.github.gradkit.learninit.start.SafeStart;
import io.github.gradkit.learninit.start.Starts;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ContrastiveExplainerTest {

    private static final int SIZE = LinearClassifier.SIZE;
    private static final int INPUTS = 12;
    private static final double BETA = 0.1;
    private static final double KAPPA = 0.2;

    private final NDManager manager = NDManager.newBaseManager();
    private final LinearClassifier linear = new LinearClassifier(1);
    private final Block block = linear.block(manager);
    private final float[][] inputs = inputs(2);
    private final NDArray images = images(inputs);

    @AfterEach
    void close() {
        manager.close();
    }

    private static float[][] inputs(long seed) {
        Random random = new Random(seed);
        float[][] inputs = new float[INPUTS][SIZE];
        for (float[] input : inputs) {
            for (int i = 0; i < SIZE; i++) {
                input[i] = random.nextFloat();
            }
        }
        return inputs;
    }

    private NDArray images(float[][] rows) {
        float[] flat = new float[rows.length * SIZE];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, flat, i * SIZE, SIZE);
        }
        return manager.create(flat, new Shape(rows.length, SIZE));
    }

    private static ExplanationProblem.Builder builder(Contrast contrast) {
        return ExplanationProblem.builder()
                .setContrast(contrast)
                .setShape(new Shape(SIZE))
                .optBeta(BETA)
                .optKappa(KAPPA);
    }

    private ExplanationProblem problem(Contrast contrast) {
        return builder(contrast).setClassifier(block).build();
    }

    @Test
    void aScorerThatFailsLeavesNothingWheneverItDoes() {
        AtomicLong left = new AtomicLong(Long.MAX_VALUE);
        ExplanationProblem white = problem(Contrast.NEGATIVE);
        ExplanationProblem failing =
                builder(Contrast.NEGATIVE)
                        .setScorer(
                                y -> {
                                    if (left.getAndDecrement() == 0) {
                                        throw new UnsupportedOperationException("of the scorer");
                                    }
                                    return white.objective().scores(y);
                                })
                        .build();
        ContrastiveExplainer explainer =
                ContrastiveExplainer.builder()
                        .setProblem(failing)
                        .optSearches(1)
                        .optSolver(Fista.builder().optSteps(1).optEstimate(1, 0.1).build())
                        .build();
        explainer.explain(images).close();
        long calls = Long.MAX_VALUE - left.get();
        int before = ArrayCounts.of(manager);
        for (long call = 0; call < calls; call++) {
            left.set(call);
            assertThatThrownBy(() -> explainer.explain(images)).hasMessage("of the scorer");
            assertThat(ArrayCounts.of(manager)).as("call " + call).isEqualTo(before);
        }
    }

    private static ContrastiveExplainer explainer(ExplanationProblem problem, int steps) {
        return ContrastiveExplainer.builder()
                .setProblem(problem)
                .optSolver(Fista.builder().optSteps(steps).optCurve(true).build())
                .build();
    }

    /** The exact explanation of an input, or null. */
    private double[] exact(Contrast contrast, float[] x) {
        int label = linear.label(x);
        double[] room = new double[SIZE];
        for (int i = 0; i < SIZE; i++) {
            room[i] = contrast == Contrast.NEGATIVE ? 1 - x[i] : x[i];
        }
        if (contrast == Contrast.NEGATIVE) {
            double lead = linear.score(x, label) - linear.score(x, 1 - label);
            return linear.smallest(room, 1 - label, lead + KAPPA, BETA);
        }
        return linear.smallest(room, label, KAPPA, BETA);
    }

    @Test
    void explanationsOfALinearModelAreTheExactElasticNets() {
        for (Contrast contrast : Contrast.values()) {
            try (Explanations found = explainer(problem(contrast), 500).explain(images)) {
                float[] changes = found.changes().toFloatArray();
                int explained = 0;
                for (int i = 0; i < INPUTS; i++) {
                    double[] exact = exact(contrast, inputs[i]);
                    Explanation row = found.rows().get(i);
                    assertThat(row.found()).isEqualTo(exact != null);
                    if (exact == null) {
                        continue;
                    }
                    explained++;
                    double least = LinearClassifier.size(exact, BETA);
                    assertThat(row.value()).isBetween(least - 1e-5, least * 1.02 + 1e-4);
                    for (int j = 0; j < SIZE; j++) {
                        assertThat((double) changes[i * SIZE + j])
                                .isCloseTo(exact[j], within(0.02));
                    }
                }
                assertThat(explained).isGreaterThan(INPUTS / 2);
            }
        }
    }

    @Test
    void changesKeepTheirSignTheRangeAndTheMargin() {
        for (Contrast contrast : Contrast.values()) {
            try (Explanations found = explainer(problem(contrast), 100).explain(images)) {
                float[] changes = found.changes().toFloatArray();
                for (int i = 0; i < INPUTS; i++) {
                    Explanation row = found.rows().get(i);
                    float[] shown = new float[SIZE];
                    double l1 = 0;
                    double l2 = 0;
                    for (int j = 0; j < SIZE; j++) {
                        float change = changes[i * SIZE + j];
                        float x = inputs[i][j];
                        boolean negative = contrast == Contrast.NEGATIVE;
                        assertThat(change).isBetween(0f, negative ? 1 - x : x);
                        shown[j] = negative ? x + change : change;
                        l1 += change;
                        l2 += change * change;
                    }
                    int before = linear.label(inputs[i]);
                    int after = contrast == Contrast.NEGATIVE ? 1 - before : before;
                    assertThat(row.classBefore()).isEqualTo(before);
                    assertThat(row.l1()).isCloseTo(l1, within(1e-5));
                    assertThat(row.l2()).isCloseTo(Math.sqrt(l2), within(1e-5));
                    if (row.found()) {
                        assertThat(row.classAfter()).isEqualTo(after);
                        assertThat(linear.score(shown, after) - linear.score(shown, 1 - after))
                                .isGreaterThan(KAPPA - 1e-5);
                        assertThat(row.value()).isCloseTo(BETA * l1 + l2, within(1e-5));
                    }
                }
            }
        }
    }

    @Test
    void withoutGradientsItFindsAboutTheSameAndCountsItsQueries() {
        AtomicLong rows = new AtomicLong();
        ExplanationProblem blackBox =
                builder(Contrast.NEGATIVE)
                        .setScorer(
                                x -> {
                                    rows.addAndGet(x.getShape().get(0));
                                    return problem(Contrast.NEGATIVE).objective().scores(x);
                                })
                        .build();
        ContrastiveExplainer explainer =
                ContrastiveExplainer.builder()
                        .setProblem(blackBox)
                        .optSolver(Fista.builder().optSteps(60).optEstimate(10, 0.01).build())
                        .optSearches(4)
                        .build();
        try (Explanations estimated = explainer.explain(images);
                Explanations exact = explainer(problem(Contrast.NEGATIVE), 300).explain(images)) {
            assertThat(estimated.cost().gradients()).isZero();
            assertThat(estimated.cost().values()).isEqualTo(rows.get());
            long queries = 2 + 4 * (1 + 60 * 21);
            assertThat(estimated.rows()).allMatch(row -> row.queries() == queries);
            assertThat(exact.foundRate()).isGreaterThan(0.5);
            assertThat(estimated.foundRate()).isEqualTo(exact.foundRate());
            for (int i = 0; i < INPUTS; i++) {
                if (exact.rows().get(i).found()) {
                    assertThat(estimated.rows().get(i).value())
                            .isLessThan(exact.rows().get(i).value() * 1.3 + 0.01);
                }
            }
        }
    }

    @Test
    void whiteBoxQueriesAreGradientsAndValues() {
        try (Explanations found = explainer(problem(Contrast.POSITIVE), 20).explain(images)) {
            assertThat(found.cost().gradients()).isEqualTo(9L * 20 * INPUTS);
            assertThat(found.cost().values()).isEqualTo((2 + 9L * 21) * INPUTS);
            assertThat(found.rows()).allMatch(row -> row.queries() == 2 + 9 * 41);
            assertThat(found.rows()).allMatch(row -> row.iterations() == 180);
            assertThat(found.curve()).hasSize(9 * 21);
        }
    }

    @Test
    void startAtTheSolutionIsThereAtOnce() {
        ExplanationProblem problem = problem(Contrast.NEGATIVE);
        try (Explanations first = explainer(problem, 400).explain(images)) {
            assertThat(first.foundRate()).isGreaterThan(0.5);
            double[] constants = first.rows().stream().mapToDouble(Explanation::constant).toArray();
            try (Explanations again =
                    explainer(problem, 5).explain(images, first.changes(), constants)) {
                for (int i = 0; i < INPUTS; i++) {
                    if (first.rows().get(i).found()) {
                        double before = first.rows().get(i).value();
                        assertThat(again.curve().get(0).get(i)).isCloseTo(before, within(1e-4));
                        assertThat(again.rows().get(i).value()).isLessThan(before + 1e-4);
                    }
                }
            }
        }
    }

    @Test
    void curveOnlyFallsAndEndsAtTheValue() {
        try (Explanations found = explainer(problem(Contrast.NEGATIVE), 30).explain(images)) {
            List<List<Double>> curve = found.curve();
            for (int i = 0; i < INPUTS; i++) {
                for (int step = 1; step < curve.size(); step++) {
                    assertThat(curve.get(step).get(i))
                            .isLessThanOrEqualTo(curve.get(step - 1).get(i));
                }
                assertThat(curve.get(curve.size() - 1).get(i))
                        .isEqualTo(found.rows().get(i).value());
            }
        }
    }

    @Test
    void inputsAreExplainedIndependently() {
        ExplanationProblem problem = problem(Contrast.NEGATIVE);
        try (Explanations all = explainer(problem, 50).explain(images);
                Explanations one =
                        explainer(problem, 50).explain(images(new float[][] {inputs[3]}))) {
            Explanation alone = one.rows().get(0);
            Explanation together = all.rows().get(3);
            assertThat(alone.found()).isEqualTo(together.found());
            assertThat(alone.constant()).isEqualTo(together.constant());
            assertThat(alone.l1()).isCloseTo(together.l1(), within(1e-4));
        }
    }

    @Test
    void inputWithoutRoomHasNoNegativeAndSaysSo() {
        float[][] full = new float[1][SIZE];
        Arrays.fill(full[0], 1f);
        try (Explanations found = explainer(problem(Contrast.NEGATIVE), 3).explain(images(full))) {
            Explanation row = found.rows().get(0);
            assertThat(row.found()).isFalse();
            assertThat(row.value()).isInfinite();
            assertThat(row.l1()).isZero();
            assertThat(row.classAfter()).isEqualTo(row.classBefore());
            assertThat(row.constant()).isEqualTo(1e9);
            assertThat(found.foundRate()).isZero();
        }
    }

    @Test
    void weightGrowsUntilASuccessAndIsHalvedIntoTheGapAfterwards() {
        ConstantSearch search = new ConstantSearch(10);
        search.advance(false);
        assertThat(search.now()).isEqualTo(100);
        search.advance(true);
        assertThat(search.now()).isEqualTo(55);
        search.advance(false);
        assertThat(search.now()).isEqualTo(77.5);
        search.advance(true);
        assertThat(search.now()).isEqualTo(66.25);
        ConstantSearch lucky = new ConstantSearch(10);
        lucky.advance(true);
        assertThat(lucky.now()).isEqualTo(5);
    }

    @Test
    void classifierAndManagersAreAsBefore() {
        NDArray weight = block.getParameters().get(0).getValue().getArray();
        weight.setRequiresGradient(true);
        float[] before = weight.toFloatArray();
        explainer(problem(Contrast.NEGATIVE), 2).explain(images).close();
        int arrays = ArrayCounts.of(manager);
        explainer(problem(Contrast.NEGATIVE), 2).explain(images).close();
        double[] constants = new double[INPUTS];
        Arrays.fill(constants, 3);
        explainer(problem(Contrast.POSITIVE), 2).explain(images, images, constants).close();
        assertThat(ArrayCounts.of(manager)).isEqualTo(arrays);
        assertThat(weight.toFloatArray()).containsExactly(before);
        assertThat(weight.hasGradient()).isTrue();
        assertThat(weight.getGradient().toFloatArray()).containsOnly(0);
    }

    @Test
    void queriesOfTheStartAreCountedToo() {
        ExplanationProblem problem = problem(Contrast.NEGATIVE);
        ContrastiveExplainer explainer =
                ContrastiveExplainer.builder()
                        .setProblem(problem)
                        .optSolver(Fista.builder().optSteps(5).build())
                        .optSearches(1)
                        .optStart(SafeStart.builder().setRule(Starts.uniform()).build())
                        .build();
        try (Explanations found = explainer.explain(images)) {
            // Of the class before and after, of the start, and of steps.
            assertThat(found.rows()).allMatch(row -> row.queries() == 2 + 2 + 11);
        }
    }

    @Test
    void nothingIsLeftBehindWhenASearchCanNotBegin() {
        ExplanationProblem problem =
                builder(Contrast.NEGATIVE)
                        .setClassifier(block)
                        .optAutoencoder(Linear.builder().setUnits(SIZE).build(), 1)
                        .build();
        int arrays = ArrayCounts.of(manager);
        assertThatThrownBy(() -> explainer(problem, 2).explain(images))
                .isInstanceOf(IllegalStateException.class);
        assertThat(ArrayCounts.of(manager)).isEqualTo(arrays);
    }

    @Test
    void refusesBadInputs() {
        ContrastiveExplainer explainer = explainer(problem(Contrast.NEGATIVE), 2);
        assertThatThrownBy(() -> explainer.explain(manager.ones(new Shape(2, 3))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(2, 3)");
        assertThatThrownBy(() -> explainer.explain(images.add(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("out of the range from 0.0 to 1.0");
        assertThatThrownBy(() -> explainer.explain(images, images, 1, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 constants for 12 inputs");
        assertThatThrownBy(() -> ContrastiveExplainer.builder().build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("setProblem");
        assertThatThrownBy(() -> ContrastiveExplainer.builder().optSearches(0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
