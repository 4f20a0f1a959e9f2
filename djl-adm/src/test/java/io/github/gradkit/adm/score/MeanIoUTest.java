package io.github.gradkit.adm.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MeanIoUTest {

    private static final int LABELS = 3;

    private NDManager manager;
    private MeanIoU evaluator;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
        evaluator = new MeanIoU();
        evaluator.addAccumulator("a");
        evaluator.addAccumulator("b");
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private NDList labels(int... values) {
        return new NDList(
                manager.create(values, new Shape(1, 1, values.length))
                        .toType(DataType.UINT8, true));
    }

    /** Scores that are highest at a label. */
    private NDList predictions(int... labels) {
        float[] values = new float[LABELS * labels.length];
        for (int i = 0; i < labels.length; i++) {
            values[labels[i] * labels.length + i] = 1;
        }
        return new NDList(manager.create(values, new Shape(1, LABELS, 1, labels.length)));
    }

    @Test
    void scoresOfHalfPrecisionAreCounted() {
        NDArray half = predictions(0, 1, 1, 2).head().toType(DataType.FLOAT16, true);
        int before = manager.getManagedArrays().size();

        ConfusionMatrix counts = MeanIoU.confusion(labels(0, 0, 1, 255), new NDList(half));

        assertThat(counts.meanIntersectionOverUnion()).isEqualTo(0.5);
        // Two of them are the labels.
        assertThat(manager.getManagedArrays()).hasSize(before + 2);
    }

    @Test
    void batchIsScoredOnItsLabelledPixels() {
        NDArray value = evaluator.evaluate(labels(0, 0, 1, 255), predictions(0, 1, 1, 2));

        assertThat(value.getFloat()).isEqualTo(0.5f);
        assertThat(value.getManager()).isSameAs(manager);
    }

    @Test
    void countsAddUpOverBatchesOfDifferentSizes() {
        Random random = new Random(1);
        ConfusionMatrix all = new ConfusionMatrix(LABELS);
        for (int size : new int[] {7, 7, 2}) {
            int[] truth = random.ints(size, 0, LABELS).toArray();
            int[] given = random.ints(size, 0, LABELS).toArray();
            for (int i = 0; i < size; i++) {
                all.add(truth[i], given[i]);
            }
            evaluator.updateAccumulators(
                    new String[] {"a", "b"}, labels(truth), predictions(given));
        }

        float wanted = (float) all.meanIntersectionOverUnion();
        assertThat(evaluator.getAccumulator("a")).isCloseTo(wanted, within(1e-7f));
        assertThat(evaluator.getAccumulator("b")).isCloseTo(wanted, within(1e-7f));
    }

    @Test
    void resetForgetsOneAccumulatorOnly() {
        evaluator.updateAccumulators(new String[] {"a", "b"}, labels(0, 1), predictions(0, 1));
        evaluator.resetAccumulator("a");

        assertThat(evaluator.getAccumulator("a")).isNaN();
        assertThat(evaluator.getAccumulator("b")).isOne();
        evaluator.updateAccumulator("a", labels(0), predictions(1));
        assertThat(evaluator.getAccumulator("a")).isZero();
    }

    @Test
    void unlabelledBatchHasNoScore() {
        assertThat(evaluator.evaluate(labels(255, 255), predictions(0, 1)).getFloat()).isNaN();
    }

    @Test
    void scoreOfNanIsAMissWhateverTheTruth() {
        NDList broken = predictions(0, 1);
        broken.head().set(new ai.djl.ndarray.index.NDIndex("0, 0, 0, 0"), Float.NaN);

        assertThat(evaluator.evaluate(labels(0, 1), broken).getFloat()).isEqualTo(0.5f);
        ConfusionMatrix matrix = MeanIoU.confusion(labels(0, 1), broken);
        assertThat(matrix.count(0, 0)).isZero();
        assertThat(matrix.total()).isEqualTo(2);
    }

    @Test
    void numberOfLabelsMayNotChange() {
        evaluator.updateAccumulator("a", labels(0), predictions(0));
        NDList two = new NDList(manager.zeros(new Shape(1, 2, 1, 1)));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> evaluator.updateAccumulator("a", labels(0), two));
    }

    @Test
    void labelThatIsNotScoredAndUnknownAccumulatorAreNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> evaluator.evaluate(labels(3), predictions(0)))
                .withMessageContaining("label 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> evaluator.getAccumulator("c"))
                .withMessageContaining("c");
    }

    @Test
    void updatesLeaveNoArrayBehind() {
        NDList labels = labels(0, 1);
        NDList predictions = predictions(0, 1);
        int before = manager.getManagedArrays().size();
        for (int i = 0; i < 200; i++) {
            evaluator.updateAccumulator("a", labels, predictions);
        }

        assertThat(manager.getManagedArrays()).hasSize(before);
    }
}
