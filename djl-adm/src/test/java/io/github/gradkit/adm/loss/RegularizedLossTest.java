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
    private NDList labels;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
        scores = Scenes.scores(manager, DataType.FLOAT64, new Shape(2, 3, 4, 4), 1);
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
}
