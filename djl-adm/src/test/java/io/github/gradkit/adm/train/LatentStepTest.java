package io.github.gradkit.adm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.tracker.Tracker;
import io.github.gradkit.adm.cut.GridGraph;
import io.github.gradkit.adm.cut.MinCutSolver;
import io.github.gradkit.adm.cut.Neighbourhood;
import io.github.gradkit.adm.cut.OrToolsSolver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LatentStepTest {

    private NDManager manager;
    private Scenes.Arrays4 scenes;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager("PyTorch");
        scenes = Scenes.arrays(manager, 5, 3);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private float[] noise(int labels, double size) {
        Random random = new Random(labels);
        float[] scores = new float[5 * labels * Scenes.PIXELS];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) (size * random.nextGaussian());
        }
        return scores;
    }

    private NDList scores(int labels, double size) {
        return new NDList(
                manager.create(
                        noise(labels, size), new Shape(5, labels, Scenes.SIDE, Scenes.SIDE)));
    }

    private static LatentStep.Builder step(double lambda) {
        return LatentStep.builder().setLambda(lambda).optThreads(1);
    }

    private int[] scribbles(int image) {
        try (NDArray one = scenes.scribbles().get(image).toType(DataType.INT32, true)) {
            return one.toIntArray();
        }
    }

    private int[] strongest(NDList scores, int image) {
        try (NDArray one = scores.head().get(image).argMax(0).toType(DataType.INT32, false)) {
            return one.toIntArray();
        }
    }

    private static int[] withScribbles(int[] labels, int[] scribbles) {
        return IntStream.range(0, labels.length)
                .map(i -> scribbles[i] == 255 ? labels[i] : scribbles[i])
                .toArray();
    }

    @Test
    void withoutARegulariserEachPixelHasItsStrongestLabelOrItsScribble() {
        NDList scores = scores(3, 2);
        try (LatentStep step = step(0).build()) {
            int[][] labels = Scenes.labels(step.label(scenes.labels(), scores));

            for (int i = 0; i < 5; i++) {
                assertThat(labels[i]).isEqualTo(withScribbles(strongest(scores, i), scribbles(i)));
            }
        }
    }

    @Test
    void aHeavyRegulariserMakesImagesOfOneScribbledClassConstant() {
        NDArray all255 = scenes.scribbles().zerosLike().add(255).toType(DataType.UINT8, false);
        all255.set(new ai.djl.ndarray.index.NDIndex(":,3,3"), 2);
        try (LatentStep step = step(1000).build()) {
            int[][] labels =
                    Scenes.labels(step.label(new NDList(all255, scenes.weights()), scores(3, 1)));

            for (int[] one : labels) {
                assertThat(one).containsOnly(2);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void theNumberOfThreadsDoesNotMatter(int threads) {
        NDList scores = scores(4, 1);
        try (LatentStep one = step(0.5).build();
                LatentStep several = step(0.5).optThreads(threads).build()) {
            assertThat(Scenes.labels(several.label(scenes.labels(), scores)))
                    .isDeepEqualTo(Scenes.labels(one.label(scenes.labels(), scores)));
        }
    }

    @Test
    void eachThreadGetsASolverOfItsOwnAndAnySolverGivesTheSameLabels() {
        NDList scores = scores(3, 2);
        List<MinCutSolver> made = Collections.synchronizedList(new ArrayList<>());
        Supplier<MinCutSolver> counted =
                () -> {
                    MinCutSolver solver = new Counted(new OrToolsSolver());
                    made.add(solver);
                    return solver;
                };
        try (LatentStep usual = step(0.5).build();
                LatentStep other = step(0.5).optThreads(2).optSolver(counted).build()) {
            int[][] expected = Scenes.labels(usual.label(scenes.labels(), scores));

            assertThat(Scenes.labels(other.label(scenes.labels(), scores))).isDeepEqualTo(expected);
            assertThat(Scenes.labels(other.label(scenes.labels(), scores))).isDeepEqualTo(expected);
        }
        assertThat(made).hasSize(2);
        assertThat(made.stream().mapToInt(solver -> ((Counted) solver).cuts.get()).sum())
                .isPositive();
    }

    /** Counts what it has another solver do. */
    private static final class Counted implements MinCutSolver {

        private final MinCutSolver solver;
        private final AtomicInteger cuts = new AtomicInteger();

        Counted(MinCutSolver solver) {
            this.solver = solver;
        }

        @Override
        public long solve(GridGraph graph, boolean[] sourceSide) {
            cuts.incrementAndGet();
            return solver.solve(graph, sourceSide);
        }
    }

    @Test
    void aBatchIsLabelledAsItsImagesAreOneByOne() {
        NDList scores = scores(3, 1);
        try (LatentStep step = step(0.5).build()) {
            int[][] batch = Scenes.labels(step.label(scenes.labels(), scores));

            for (int i = 0; i < 5; i++) {
                String row = i + ":" + (i + 1);
                NDList labels = new NDList(scenes.scribbles().get(row), scenes.weights().get(row));
                int[][] alone =
                        Scenes.labels(step.label(labels, new NDList(scores.head().get(row))));
                assertThat(alone[0]).isEqualTo(batch[i]);
            }
        }
    }

    @Test
    void gammaAndLambdaMatterByTheirRatio() {
        NDList scores = scores(3, 1);
        try (LatentStep one = step(0.5).build();
                LatentStep same = step(2).optGamma(4).build()) {
            assertThat(Scenes.labels(same.label(scenes.labels(), scores)))
                    .isDeepEqualTo(Scenes.labels(one.label(scenes.labels(), scores)));
        }
    }

    @ParameterizedTest
    @EnumSource(ScribbleRule.class)
    void scribblesBindAsTheRuleSays(ScribbleRule rule) {
        // The network is sure of label 2 everywhere, which no scribble has.
        NDArray sure = manager.zeros(new Shape(5, 3, Scenes.SIDE, Scenes.SIDE));
        sure.set(new ai.djl.ndarray.index.NDIndex(":,2"), 30);
        try (LatentStep light = step(0.1).optScribbles(rule).build();
                LatentStep heavy = step(100).optScribbles(rule).build()) {
            int[][] few = Scenes.labels(light.label(scenes.labels(), new NDList(sure)));
            int[][] smooth = Scenes.labels(heavy.label(scenes.labels(), new NDList(sure)));

            for (int i = 0; i < 5; i++) {
                int[] scribbles = scribbles(i);
                assertThat(agrees(few[i], scribbles)).isEqualTo(rule != ScribbleRule.FREE);
                assertThat(agrees(smooth[i], scribbles)).isEqualTo(rule == ScribbleRule.HARD);
            }
        }
    }

    private static boolean agrees(int[] labels, int[] scribbles) {
        return IntStream.range(0, labels.length)
                .allMatch(i -> scribbles[i] == 255 || scribbles[i] == labels[i]);
    }

    @Test
    void aRestrictedImageHasTheLabelsOfItsScribblesOnly() {
        NDList scores = scores(4, 2);
        try (LatentStep step = step(0.1).optRestrictToScribbles(true).build()) {
            for (int[] labels : step.label(scenes.labels(), scores).labels()) {
                assertThat(labels).containsOnly(0, 1);
            }
        }
    }

    /** What a cut-out square shows may be scribbled outside of it. */
    @Test
    void anImageMayHaveLabelsThatArePermittedForItAsAWhole() {
        NDList scores = scores(5, 2);
        int[][] permitted = {{}, {3}, {0}, {2, 4}, {1}};
        NDArray indices = manager.create(new long[] {4, 1, 0, 3, 2});
        NDList labels = new NDList(scenes.scribbles(), scenes.weights(), indices);
        try (LatentStep step = step(0).optPermitted(i -> permitted[i]).build()) {
            int[][] found = Scenes.labels(step.label(labels, scores));
            // All five have scribbles of 0 and 1.
            assertThat(found[0]).containsOnly(0, 1);
            assertThat(found[1]).containsOnly(0, 1, 3);
            assertThat(found[2]).containsOnly(0, 1);
            assertThat(found[3]).containsOnly(0, 1, 2, 4);
            assertThat(found[4]).containsOnly(0, 1);
        }
        NDArray none = scenes.scribbles().zerosLike().add(255).toType(DataType.UINT8, false);
        try (LatentStep step = step(0).optPermitted(i -> permitted[i]).build()) {
            NDList bare = new NDList(none, scenes.weights(), indices);
            int[][] found = Scenes.labels(step.label(bare, scores));
            assertThat(found[0]).containsOnly(1);
            assertThat(found[1]).containsOnly(3);
            assertThat(found[2]).isEqualTo(strongest(scores, 2));
        }
    }

    @Test
    void permittedLabelsNeedIndicesAndScores() {
        try (LatentStep step = step(1).optPermitted(i -> new int[] {3}).build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> step.label(scenes.labels().subNDList(0, 2), scores(3, 1)))
                    .withMessageContaining("Add their indices");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> step.label(scenes.labels(), scores(3, 1)))
                    .withMessageContainingAll("may get label 3", "scores labels 0 to 2");
        }
    }

    @Test
    void anImageWithoutScribblesMayHaveAllLabelsEvenIfRestricted() {
        NDArray none = scenes.scribbles().zerosLike().add(255).toType(DataType.UINT8, false);
        NDList scores = scores(3, 2);
        try (LatentStep step = step(0).optRestrictToScribbles(true).build()) {
            int[][] labels = Scenes.labels(step.label(new NDList(none, scenes.weights()), scores));

            assertThat(labels[0]).isEqualTo(strongest(scores, 0));
        }
    }

    @Test
    void energiesAreThoseOfTheFormula() {
        NDList scores = scores(3, 1);
        double lambda = 0.7;
        double gamma = 1.4;
        try (LatentStep step = step(lambda).optGamma(gamma).build()) {
            Labelled labelled = step.label(scenes.labels(), scores);
            float[] weights = scenes.weights().toFloatArray();
            double[] costs =
                    scores.head()
                            .logSoftmax(1)
                            .neg()
                            .toType(DataType.FLOAT64, false)
                            .toDoubleArray();

            for (int i = 0; i < 5; i++) {
                int[] strongest = strongest(scores, i);
                int[] start = withScribbles(strongest, scribbles(i));
                int[] end = labelled.labels().get(i);
                LatentEnergy energy = labelled.energies().get(i);
                assertThat(energy.pottsBefore()).isCloseTo(potts(weights, i, strongest), near());
                assertThat(energy.pottsAfter()).isCloseTo(potts(weights, i, end), near());
                assertThat(energy.energyBefore())
                        .isCloseTo(
                                lambda * potts(weights, i, start) + gamma * cost(costs, i, start),
                                within(0.005));
                assertThat(energy.energyAfter())
                        .isCloseTo(
                                lambda * potts(weights, i, end) + gamma * cost(costs, i, end),
                                within(0.005))
                        .isLessThan(energy.energyBefore());
                assertThat(energy.changed()).isCloseTo(differing(strongest, end), near());
                assertThat(energy.sweeps()).isBetween(1.0, 5.0);
                assertThat(energy.relaxed()).isCloseTo(bilinear(weights, costs, i), within(1e-5));
            }
        }
    }

    private static org.assertj.core.data.Offset<Double> near() {
        return within(1e-6);
    }

    private interface Pair {
        double of(int p, int q);
    }

    /** Adds up both orders of all pairs within a step of each other, and halves the sum. */
    private static double pairs(float[] weights, int image, Pair term) {
        double sum = 0;
        for (int k = 0; k < 4; k++) {
            for (int y = 0; y < Scenes.SIDE; y++) {
                for (int x = 0; x < Scenes.SIDE; x++) {
                    int otherX = x + Neighbourhood.EIGHT.dx(k);
                    int otherY = y + Neighbourhood.EIGHT.dy(k);
                    if (otherX >= 0 && otherX < Scenes.SIDE && otherY < Scenes.SIDE) {
                        int p = y * Scenes.SIDE + x;
                        sum +=
                                weights[(image * 4 + k) * Scenes.PIXELS + p]
                                        * term.of(p, otherY * Scenes.SIDE + otherX);
                    }
                }
            }
        }
        return sum / Scenes.PIXELS;
    }

    private static double potts(float[] weights, int image, int[] labels) {
        return pairs(weights, image, (p, q) -> labels[p] == labels[q] ? 0 : 1);
    }

    private static double bilinear(float[] weights, double[] costs, int image) {
        return pairs(
                weights,
                image,
                (p, q) ->
                        1
                                - IntStream.range(0, 3)
                                        .mapToDouble(
                                                k ->
                                                        Math.exp(
                                                                -costs[at(image, k, p)]
                                                                        - costs[at(image, k, q)]))
                                        .sum());
    }

    private static int at(int image, int label, int pixel) {
        return (image * 3 + label) * Scenes.PIXELS + pixel;
    }

    private static double cost(double[] costs, int image, int[] labels) {
        return IntStream.range(0, labels.length)
                .mapToDouble(p -> costs[at(image, labels[p], p)])
                .average()
                .orElseThrow();
    }

    private static double differing(int[] one, int[] other) {
        return IntStream.range(0, one.length).filter(i -> one[i] != other[i]).count()
                / (double) one.length;
    }

    @Test
    void twoLabelsGetTheLeastEnergyOfASmallImage() {
        int side = 3;
        Random random = new Random(5);
        for (int trial = 0; trial < 20; trial++) {
            float[] scores = new float[2 * side * side];
            float[] weights = new float[2 * side * side];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = (float) random.nextGaussian();
                weights[i] = random.nextFloat();
            }
            NDArray none = manager.full(new Shape(1, side, side), 255, DataType.INT32);
            NDList labels = new NDList(none, manager.create(weights, new Shape(1, 2, side, side)));
            NDList predictions = new NDList(manager.create(scores, new Shape(1, 2, side, side)));
            try (LatentStep step = step(0.5).build()) {
                Labelled labelled = step.label(labels, predictions);

                double least = Double.POSITIVE_INFINITY;
                for (int bits = 0; bits < 1 << (side * side); bits++) {
                    least = Math.min(least, energy(scores, weights, bits, side));
                }
                assertThat(labelled.mean().energyAfter()).isCloseTo(least, within(0.002));
            }
        }
    }

    private static double energy(float[] scores, float[] weights, int bits, int side) {
        int pixels = side * side;
        double sum = 0;
        for (int p = 0; p < pixels; p++) {
            int label = bits >> p & 1;
            double other = scores[(1 - label) * pixels + p] - (double) scores[label * pixels + p];
            sum += Math.log1p(Math.exp(other));
            if (p % side < side - 1 && label != (bits >> (p + 1) & 1)) {
                sum += 0.5 * weights[p];
            }
            if (p < pixels - side && label != (bits >> (p + side) & 1)) {
                sum += 0.5 * weights[pixels + p];
            }
        }
        return sum / pixels;
    }

    @Test
    void sizesMayChangeFromBatchToBatch() {
        try (LatentStep step = step(0.5).optThreads(2).build()) {
            int[][] before = Scenes.labels(step.label(scenes.labels(), scores(3, 1)));
            NDList small =
                    new NDList(
                            scenes.scribbles().get(":2,:8,:9"), scenes.weights().get(":2,:,:8,:9"));
            step.label(small, new NDList(scores(3, 1).head().get(":2,:,:8,:9")));

            assertThat(Scenes.labels(step.label(scenes.labels(), scores(3, 1))))
                    .isDeepEqualTo(before);
        }
    }

    @Test
    void doublesAndOtherIntegersAreLabelledAlike() {
        NDList scores = scores(3, 1);
        NDList wide = new NDList(scores.head().toType(DataType.FLOAT64, true));
        NDList labels =
                new NDList(
                        scenes.scribbles().toType(DataType.INT64, true),
                        scenes.weights().toType(DataType.FLOAT64, true));
        try (LatentStep step = step(0.5).build()) {
            assertThat(Scenes.labels(step.label(labels, wide)))
                    .isDeepEqualTo(Scenes.labels(step.label(scenes.labels(), scores)));
        }
    }

    @Test
    void infiniteScoresOfSomeLabelsAreNoHarm() {
        float[] values = noise(3, 1);
        for (int p = 0; p < Scenes.PIXELS; p++) {
            values[p] = Float.NEGATIVE_INFINITY;
        }
        NDList scores = new NDList(manager.create(values, new Shape(5, 3, 16, 16)));
        NDList free = new NDList(scenes.scribbles(), scenes.weights());
        try (LatentStep step = step(0).optScribbles(ScribbleRule.FREE).build()) {
            assertThat(step.label(free, scores).labels().get(0)).doesNotContain(0);
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void scoresThatAreNoNumbersAreRefusedAndTheStepGoesOn(float bad) {
        float[] values = noise(3, 1);
        values[2 * 3 * Scenes.PIXELS + 7] = bad;
        NDList scores = new NDList(manager.create(values, new Shape(5, 3, 16, 16)));
        try (LatentStep step = step(0.5).optThreads(2).build()) {
            assertThatThrownBy(() -> step.label(scenes.labels(), scores))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("pixel 7 of image 2")
                    .hasMessageContaining(Float.toString(bad));
            assertThat(step.label(scenes.labels(), scores(3, 1)).labels()).hasSize(5);
        }
    }

    @Test
    void aScribbleThatTheNetworkDoesNotScoreIsRefused() {
        NDArray bad = scenes.scribbles().duplicate();
        bad.set(new ai.djl.ndarray.index.NDIndex("1,0,4"), 3);
        try (LatentStep step = step(0.5).build()) {
            assertThatThrownBy(() -> step.label(new NDList(bad, scenes.weights()), scores(3, 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Pixel 4 of image 1")
                    .hasMessageContaining("label 3");
        }
    }

    @Test
    void aScheduleGoesOnByTrainingNotByLabelling() {
        Tracker schedule = batches -> batches;
        try (LatentStep step = LatentStep.builder().setLambda(schedule).optThreads(1).build()) {
            NDList scores = scores(3, 1);
            step.label(scenes.labels(), scores);
            int[][] second = Scenes.labels(step.label(scenes.labels(), scores));
            assertThat(step.lambda()).isZero();
            assertThat(second[0]).isEqualTo(withScribbles(strongest(scores, 0), scribbles(0)));

            AdmLoss loss = AdmLoss.builder().setStep(step).build();
            loss.evaluate(scenes.labels(), scores);
            loss.updateAccumulators(new String[0], scenes.labels(), scores);
            loss.updateAccumulators(
                    new String[0], scenes.labels(), new NDList(scores.head().duplicate()));
            assertThat(step.lambda()).isEqualTo(1);
        }
    }

    @Test
    void aBatchThatFailsDoesNotMoveTheSchedule() {
        try (LatentStep step =
                LatentStep.builder().setLambda(batches -> batches).optThreads(1).build()) {
            AdmLoss loss = AdmLoss.builder().setStep(step).build();
            NDArray bad = scores(3, 1).head();
            bad.set(new ai.djl.ndarray.index.NDIndex("0,0,0,0"), Float.NaN);

            assertThatThrownBy(() -> loss.evaluate(scenes.labels(), new NDList(bad)))
                    .isInstanceOf(IllegalArgumentException.class);

            assertThat(step.lambda()).isZero();
        }
    }

    @Test
    void aRestrictedImageOfASureNetworkHasTheBetterOfItsLabels() {
        // Label 0 wins by far, but the scribbles know 1 and 2 only, of which 2 is better.
        NDArray none = scenes.scribbles().zerosLike().add(255).toType(DataType.UINT8, false);
        none.set(new ai.djl.ndarray.index.NDIndex(":,0,0"), 1);
        none.set(new ai.djl.ndarray.index.NDIndex(":,0,1"), 2);
        NDArray sure = manager.zeros(new Shape(5, 3, Scenes.SIDE, Scenes.SIDE));
        sure.set(new ai.djl.ndarray.index.NDIndex(":,0"), 40);
        sure.set(new ai.djl.ndarray.index.NDIndex(":,2"), 5);
        try (LatentStep step = step(0).optRestrictToScribbles(true).build()) {
            Labelled labelled = step.label(new NDList(none, scenes.weights()), new NDList(sure));

            int[] wanted = new int[Scenes.PIXELS];
            java.util.Arrays.fill(wanted, 2);
            wanted[0] = 1;
            assertThat(labelled.labels().get(0)).isEqualTo(wanted);
            assertThat(labelled.mean().energyAfter()).isCloseTo(35 + 5 / 256.0, within(0.01));
        }
    }

    @Test
    void scoresThatDifferByNextToNothingStillHaveAStrongestLabel() {
        float[] values = noise(3, 1e-5);
        NDList scores = new NDList(manager.create(values, new Shape(5, 3, 16, 16)));
        try (LatentStep step = step(0).optScribbles(ScribbleRule.FREE).build()) {
            LatentEnergy energy = step.label(scenes.labels(), scores).energies().get(1);

            assertThat(energy.pottsBefore())
                    .isCloseTo(
                            potts(scenes.weights().toFloatArray(), 1, strongest(scores, 1)), near())
                    .isPositive();
        }
    }

    @Test
    void aScheduleThatGivesNonsenseIsRefused() {
        try (LatentStep step =
                LatentStep.builder().setLambda(batches -> -1f).optThreads(1).build()) {
            assertThatThrownBy(() -> step.label(scenes.labels(), scores(3, 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("-1.0");
        }
    }

    @Test
    void aClosedStepSaysSo() {
        LatentStep step = step(1).build();
        step.close();
        step.close();

        assertThatThrownBy(() -> step.label(scenes.labels(), scores(3, 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void labellingLeavesNoArraysBehind() {
        NDList scores = scores(3, 1);
        NDList labels = scenes.labels();
        try (LatentStep step = step(0.5).build()) {
            step.label(labels, scores);
            int before = manager.getManagedArrays().size();
            for (int i = 0; i < 50; i++) {
                step.label(labels, scores);
            }

            assertThat(manager.getManagedArrays()).hasSize(before);
        }
    }

    @Test
    void labellingOfArraysInAnotherLayoutLeavesNothingEither() {
        NDList scores = new NDList(strided(scores(3, 1).head()));
        NDList labels = new NDList(scenes.labels());
        labels.set(0, strided(labels.get(0)));
        labels.set(1, strided(labels.get(1)));
        int before = manager.getManagedArrays().size();
        try (LatentStep step = step(0.5).build()) {
            step.label(labels, scores);
        }

        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    /** Returns the same numbers with gaps between the rows, so that reading them takes a copy. */
    private static NDArray strided(NDArray array) {
        int last = array.getShape().dimension() - 1;
        return array.concat(array, last).split(2, last).get(0);
    }

    @Test
    void settingsAreChecked() {
        LatentStep.Builder builder = LatentStep.builder();
        assertThatThrownBy(() -> builder.setLambda(-0.1)).hasMessageContaining("-0.1");
        assertThatThrownBy(() -> builder.setLambda(Double.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> builder.optGamma(0)).hasMessageContaining("0.0");
        assertThatThrownBy(() -> builder.optThreads(0)).hasMessageContaining("0 threads");
        assertThatThrownBy(() -> builder.optMaxSweeps(0)).hasMessageContaining("0 sweeps");
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("setLambda");
    }
}
