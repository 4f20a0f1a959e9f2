package io.github.gradkit.adm.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;
import ai.djl.training.tracker.Tracker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegularizedLossTest {

    private static final Loss DATA = new PartialCrossEntropy();
    private static final Loss POTTS = GridPottsLoss.of(Relaxation.QUADRATIC);

    private NDManager manager;
    private NDArray scores;
    private NDArray floats;
    private NDList labels;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
        scores = Scenes.scores(manager, DataType.FLOAT64, new Shape(2, 3, 4, 4), 1);
        floats = scores.toType(DataType.FLOAT32, true);
        labels = Scenes.batch(manager, 3, 2);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private double value(Loss loss) {
        return Gradients.value(x -> loss.evaluate(labels, new NDList(x)), scores);
    }

    @Test
    void valueAndGradientAreTheWeightedSum() {
        Loss sum = RegularizedLoss.of(DATA, 2.5, POTTS);

        assertThat(value(sum)).isCloseTo(value(DATA) + 2.5 * value(POTTS), within(1e-12));
        Gradients.assertMatchDifferences(x -> sum.evaluate(labels, new NDList(x)), scores);
    }

    @Test
    void sumsNest() {
        Loss inner = RegularizedLoss.of(DATA, 2, POTTS);
        Loss outer = RegularizedLoss.of("Outer", inner, 0.5, POTTS);

        assertThat(outer.getName()).isEqualTo("Outer");
        assertThat(value(outer)).isCloseTo(value(DATA) + 2.5 * value(POTTS), within(1e-12));
    }

    @Test
    void regularizerWithoutWeightIsNotComputed() {
        Loss sum = RegularizedLoss.of(DATA, 0, POTTS);
        labels = new NDList(labels.head());

        assertThat(value(sum)).isEqualTo(value(DATA));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
    void impossibleWeightsAreRefused(double lambda) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RegularizedLoss.of(DATA, lambda, POTTS))
                .withMessageContaining(Double.toString(lambda));
    }

    /** Counts evaluations, and answers evaluators by none. */
    private static final class CountingLoss extends Loss {

        private int evaluations;
        private int answers;

        CountingLoss() {
            super("Counting");
        }

        @Override
        public NDArray evaluate(NDList labels, NDList predictions) {
            evaluations++;
            return DATA.evaluate(labels, predictions);
        }

        @Override
        public void addAccumulator(String key) {}

        @Override
        public void resetAccumulator(String key) {
            answers = 0;
        }

        @Override
        public void updateAccumulators(String[] keys, NDList labels, NDList predictions) {
            answers++;
        }

        @Override
        public float getAccumulator(String key) {
            return answers == 0 ? Float.NaN : 40 + answers;
        }
    }

    @Test
    void evaluatorsGetWhatThePartsAnswer() {
        CountingLoss counting = new CountingLoss();
        Loss sum = RegularizedLoss.of(counting, 2, POTTS);
        sum.addAccumulator("a");
        sum.addAccumulator("b");

        sum.evaluate(labels, new NDList(floats)).close();
        sum.updateAccumulators(new String[] {"a", "b"}, labels, new NDList(floats));
        sum.updateAccumulator("a", labels, new NDList(floats));

        assertThat(counting.evaluations).isEqualTo(1);
        assertThat(sum.getAccumulator("a"))
                .isCloseTo((float) (42 + 2 * value(POTTS)), within(1e-4f));
        sum.resetAccumulator("a");
        assertThat(sum.getAccumulator("a")).isNaN();
    }

    @Test
    void evaluatorsGetTheMeanOverBatchesAsOfAnyLoss() {
        Loss sum = RegularizedLoss.of(DATA, 2.5, GridPottsLoss.of(Relaxation.QUADRATIC));
        NDArray other = Scenes.scores(manager, DataType.FLOAT32, scores.getShape(), 5);
        sum.addAccumulator("epoch");
        assertThat(sum.getAccumulator("epoch")).isNaN();
        double mean =
                (value(sum) + Gradients.value(x -> sum.evaluate(labels, new NDList(x)), other)) / 2;

        sum.updateAccumulators(new String[] {"epoch"}, labels, new NDList(floats));
        sum.updateAccumulators(new String[] {"epoch"}, labels, new NDList(other));

        assertThat(sum.getAccumulator("epoch")).isCloseTo((float) mean, within(1e-5f));
        assertThatIllegalArgumentException().isThrownBy(() -> sum.getAccumulator("none"));
    }

    @Test
    void evaluatorsDoNotComputeARegularizerWithoutWeight() {
        Loss sum = RegularizedLoss.of(DATA, 0, POTTS);
        labels = new NDList(labels.head());
        sum.addAccumulator("epoch");

        sum.updateAccumulators(new String[] {"epoch"}, labels, new NDList(floats));

        assertThat(sum.getAccumulator("epoch")).isCloseTo((float) value(DATA), within(1e-6f));
    }

    @Test
    void scheduleMovesOnByEvaluationsOnly() {
        List<Integer> asked = new ArrayList<>();
        Tracker tracker =
                new Tracker() {
                    @Override
                    public float getNewValue(int update) {
                        asked.add(update);
                        return update;
                    }
                };
        Loss sum = RegularizedLoss.of(DATA, tracker, POTTS);
        sum.addAccumulator("epoch");
        for (int i = 0; i < 3; i++) {
            assertThat(value(sum)).isCloseTo(value(DATA) + i * value(POTTS), within(1e-12));
            sum.updateAccumulators(new String[] {"epoch"}, labels, new NDList(floats));
            assertThat(sum.getAccumulator("epoch"))
                    .isCloseTo((float) (value(DATA) + i * value(POTTS)), within(1e-5f));
        }

        assertThat(asked).containsExactly(0, 0, 1, 2);
    }

    @Test
    void impossibleWeightOfAScheduleIsRefusedWhenItComes() {
        Loss sum = RegularizedLoss.of("Late", DATA, update -> 1 - update, POTTS);
        assertThat(sum.getName()).isEqualTo("Late");
        for (int i = 0; i < 2; i++) {
            assertThat(value(sum)).isFinite();
        }
        int before = ArrayCounts.of(manager);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> value(sum))
                .withMessageContaining("-1.0");
        assertThat(ArrayCounts.of(manager)).isEqualTo(before);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RegularizedLoss.of(DATA, update -> Float.NaN, POTTS));
    }
}
