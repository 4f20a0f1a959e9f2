package io.github.gradkit.hyperopt;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What towers are for, on a small classification. */
class RobustnessTest {

    private static final double[] ALPHAS = {1e-6, 1e-3, 1e-1};
    private static final int EPOCHS = 50;

    private static double loss(Training training) {
        return evaluate(training)[0];
    }

    private static double accuracy(Training training) {
        return evaluate(training)[1];
    }

    private static double[] evaluate(Training training) {
        try (NDManager manager = training.trainer.getManager().newSubManager()) {
            double loss = 0;
            double right = 0;
            for (Batch batch : Training.dataset(manager, 0).getData(manager)) {
                NDList data = batch.getData();
                NDArray labels = batch.getLabels().head();
                NDList scores =
                        training.block().forward(new ParameterStore(manager, false), data, false);
                loss +=
                        Loss.softmaxCrossEntropyLoss()
                                        .evaluate(new NDList(labels), scores)
                                        .getFloat()
                                * labels.size();
                right +=
                        scores.head()
                                .argMax(1)
                                .toType(labels.getDataType(), false)
                                .eq(labels)
                                .countNonzero()
                                .getLong();
                batch.close();
            }
            return new double[] {loss / Training.ROWS, right / Training.ROWS};
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static HyperTower tower(double alpha, int height) {
        HyperTower.Builder builder = HyperTower.builder().setBase(UpdateRule.sgd(alpha));
        for (int i = 0; i < height; i++) {
            builder.tunedBy(UpdateRule.sgd(1e-4));
        }
        return builder.build();
    }

    /** The largest less the smallest final loss over all first values of alpha. */
    private static double spread(int height) throws Exception {
        double max = 0;
        double min = Double.POSITIVE_INFINITY;
        for (double alpha : ALPHAS) {
            try (Training training = Training.of(FreezeTest.layers(), tower(alpha, height))) {
                double loss = loss(training.epochs(0, EPOCHS));
                assertThat(loss).isFinite();
                max = Math.max(max, loss);
                min = Math.min(min, loss);
            }
        }
        return max - min;
    }

    @Test
    void tallerTowersDependLessOnTheFirstAlpha() throws Exception {
        double[] spreads = new double[4];
        for (int height = 0; height <= 3; height++) {
            spreads[height] = spread(height);
        }
        for (int height = 1; height <= 3; height++) {
            assertThat(spreads[height])
                    .as("height %d", height)
                    .isLessThan(1.1 * spreads[height - 1]);
        }
        assertThat(spreads[3]).isLessThan(.5 * spreads[0]);
    }

    private static double train(Optimizer optimizer) throws Exception {
        try (Training training = Training.of(FreezeTest.layers(), optimizer)) {
            return accuracy(training.epochs(0, EPOCHS));
        }
    }

    /** Those that DJL's own optimizers lack on PyTorch. */
    @ParameterizedTest
    @EnumSource(names = {"NESTEROV", "ADAGRAD", "RMSPROP"})
    void ruleTrainsAndSoDoesItsRerun(RuleKind kind) throws Exception {
        for (Semantics semantics : Semantics.values()) {
            HyperTower tower =
                    HyperTower.builder()
                            .setBase(TowerCase.rule(kind))
                            .tunedBy(UpdateRule.adam(1e-4))
                            .optSemantics(semantics)
                            .build();
            assertThat(train(tower)).isGreaterThan(.9);
            assertThat(train(tower.rerun())).isGreaterThan(.9);
            assertThat(tower.learned()).anyMatch(one -> one.value() != one.initial());
        }
    }
}
