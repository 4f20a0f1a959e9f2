package io.github.gradkit.adm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.tracker.Tracker;
import io.github.gradkit.adm.loss.LabelCrossEntropy;
import io.github.gradkit.adm.loss.RobustCrossEntropy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdmLossTest {

    private static final Shape SCORES = new Shape(4, 3, Scenes.SIDE, Scenes.SIDE);

    private NDManager manager;
    private NDList labels;
    private NDArray scores;
    private final AtomicInteger solved = new AtomicInteger();
    private LatentStep step;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager("PyTorch");
        labels = Scenes.arrays(manager, 4, 1).labels();
        Random random = new Random(2);
        float[] values = new float[(int) SCORES.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        scores = manager.create(values, SCORES);
        Tracker counting =
                batches -> {
                    solved.incrementAndGet();
                    return 0.5f;
                };
        step = LatentStep.builder().setLambda(counting).optGamma(1.5).optThreads(1).build();
    }

    @AfterEach
    void close() {
        step.close();
        manager.close();
    }

    private AdmLoss loss() {
        return AdmLoss.builder().setStep(step).build();
    }

    private NDArray labelling() {
        int[][] latent = Scenes.labels(step.label(labels, new NDList(scores)));
        List<Integer> flat = new ArrayList<>();
        for (int[] one : latent) {
            for (int label : one) {
                flat.add(label);
            }
        }
        int[] all = flat.stream().mapToInt(Integer::intValue).toArray();
        return manager.create(all, new Shape(4, Scenes.SIDE, Scenes.SIDE)).duplicate();
    }

    private float scribbles() {
        return LabelCrossEntropy.mean(scores, labels.get(0)).getFloat();
    }

    @Test
    void theLossIsThatOfScribblesAndTheTieToTheLabelling() {
        float tie = LabelCrossEntropy.mean(scores, labelling()).getFloat();

        float value = loss().evaluate(labels, new NDList(scores)).getFloat();

        assertThat(value).isCloseTo(scribbles() + 1.5f * tie, within(1e-5f));
    }

    @Test
    void theRobustTieIsThatOfTheNoisyLabelling() {
        float tie = RobustCrossEntropy.mean(scores, labelling(), 0.3).getFloat();
        AdmLoss loss = AdmLoss.builder().setStep(step).optRobust(0.3).build();

        float value = loss.evaluate(labels, new NDList(scores)).getFloat();

        assertThat(value).isCloseTo(scribbles() + 1.5f * tie, within(1e-5f));
    }

    @Test
    void theLossIsZeroWhereTheNetworkIsSureOfEverything() {
        int[][] latent = Scenes.labels(step.label(labels, new NDList(scores)));
        float[] sure = new float[(int) SCORES.size()];
        for (int i = 0; i < latent.length; i++) {
            for (int p = 0; p < Scenes.PIXELS; p++) {
                sure[(i * 3 + latent[i][p]) * Scenes.PIXELS + p] = 200;
            }
        }
        NDList certain = new NDList(manager.create(sure, SCORES));

        assertThat(loss().evaluate(labels, certain).getFloat()).isZero();
    }

    private float[] gradient(AdmLoss loss, Runnable between) {
        scores.setRequiresGradient(true);
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            NDArray value = loss.evaluate(labels, new NDList(scores));
            between.run();
            collector.backward(value);
        }
        try (NDArray gradient = scores.getGradient()) {
            return gradient.toFloatArray();
        } finally {
            scores.setRequiresGradient(false);
        }
    }

    @Test
    void theGradientTreatsTheLabellingAsConstant() {
        NDArray target = labelling();
        float[] wanted;
        scores.setRequiresGradient(true);
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            NDArray tie = LabelCrossEntropy.mean(scores, target);
            NDArray factor = manager.create(1.5f).duplicate();
            collector.backward(LabelCrossEntropy.mean(scores, labels.get(0)).add(tie.mul(factor)));
        }
        try (NDArray gradient = scores.getGradient()) {
            wanted = gradient.toFloatArray();
        }
        scores = manager.create(scores.toFloatArray(), SCORES);

        assertThat(gradient(loss(), () -> {})).containsExactly(wanted, within(1e-7f));
    }

    @Test
    void garbageCollectionBetweenForwardAndBackwardChangesNothing() {
        float[] calm = gradient(loss(), () -> {});
        scores = manager.create(scores.toFloatArray(), SCORES);

        float[] collected =
                gradient(
                        loss(),
                        () -> {
                            System.gc();
                            for (int i = 0; i < 4000; i++) {
                                ByteBuffer.allocateDirect(64).putInt(0, -1234);
                            }
                        });

        assertThat(collected).isEqualTo(calm);
    }

    @Test
    void evaluatorsDoNotSolveAgain() {
        AdmLoss loss = loss();
        loss.addAccumulator("train");
        NDList predictions = new NDList(scores);
        float value = loss.evaluate(labels, predictions).getFloat();

        loss.updateAccumulators(new String[] {"train"}, labels, predictions);
        loss.updateAccumulator("train", labels, predictions);

        assertThat(solved).hasValue(1);
        assertThat(loss.getAccumulator("train")).isEqualTo(value);
    }

    @Test
    void validationIsJudgedByItsScribbles() {
        AdmLoss loss = loss();
        loss.addAccumulator("validate");

        loss.updateAccumulator("validate", labels, new NDList(scores));

        assertThat(solved).hasValue(0);
        assertThat(loss.getAccumulator("validate")).isEqualTo(scribbles());
    }

    @Test
    void aFailedUpdateDoesNotSpoilTheNextEvaluation() {
        AdmLoss loss = loss();
        loss.addAccumulator("train");
        NDList wrong = new NDList(scores.get(":,:,:8"));

        assertThatThrownBy(() -> loss.updateAccumulator("train", labels, wrong))
                .isInstanceOf(IllegalArgumentException.class);
        loss.evaluate(labels, new NDList(scores));

        assertThat(solved).hasValue(1);
    }

    @Test
    void eachBatchLeavesARecordUntilItIsTaken() {
        AdmLoss loss = loss();
        loss.evaluate(labels, new NDList(scores));
        loss.evaluate(labels, new NDList(scores));

        AdmRecord first = loss.nextRecord().orElseThrow();
        AdmRecord second = loss.nextRecord().orElseThrow();
        assertThat(first.step()).isZero();
        assertThat(second.step()).isEqualTo(1);
        assertThat(second.images()).isEqualTo(4);
        assertThat(second.dataTerm()).isCloseTo(scribbles(), within(1e-6));
        assertThat(second.energy()).isEqualTo(first.energy());
        assertThat(loss.nextRecord()).isEmpty();
    }

    @Test
    void recordsThatNobodyTakesDoNotPileUp() {
        AdmLoss loss = loss();
        for (int i = 0; i < 100; i++) {
            loss.evaluate(labels, new NDList(scores)).close();
        }

        assertThat(loss.nextRecord().orElseThrow().step()).isEqualTo(36);
    }

    @Test
    void imagesWithoutScribblesHaveTheTieAlone() {
        labels.set(0, labels.get(0).zerosLike().add(255).toType(DataType.UINT8, false));
        float tie = LabelCrossEntropy.mean(scores, labelling()).getFloat();

        float value = loss().evaluate(labels, new NDList(scores)).getFloat();

        assertThat(value).isCloseTo(1.5f * tie, within(1e-5f));
    }

    @Test
    void paddingIsLeftOutOfTheTie() {
        NDArray weights = labels.get(1).duplicate();
        weights.set(new ai.djl.ndarray.index.NDIndex(":,:,8:,:"), 0);
        weights.set(new ai.djl.ndarray.index.NDIndex(":,1:,7,:"), 0);
        labels.set(1, weights);
        NDArray target = labelling().duplicate();
        target.set(new ai.djl.ndarray.index.NDIndex(":,8:,:"), 255);
        float tie = LabelCrossEntropy.mean(scores, target).getFloat();

        float value = loss().evaluate(labels, new NDList(scores)).getFloat();

        assertThat(value).isCloseTo(scribbles() + 1.5f * tie, within(1e-5f));
    }

    @Test
    void aShareOfWrongLabelsThatTeachesNothingIsRefusedAtTheFirstBatch() {
        AdmLoss loss = AdmLoss.builder().setStep(step).optRobust(0.67).build();

        assertThatThrownBy(() -> loss.evaluate(labels, new NDList(scores)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0.67")
                .hasMessageContaining("3 labels");
    }

    @Test
    void doublesStayDoubles() {
        NDList wide = new NDList(scores.toType(DataType.FLOAT64, true));

        NDArray value = loss().evaluate(labels, wide);

        assertThat(value.getDataType()).isEqualTo(DataType.FLOAT64);
        assertThat(value.getDouble())
                .isCloseTo(loss().evaluate(labels, new NDList(scores)).getFloat(), within(1e-5));
    }

    @Test
    void evaluationLeavesNothingButItsResultBehind() {
        AdmLoss loss = loss();
        loss.addAccumulator("train");
        NDList predictions = new NDList(scores);
        loss.evaluate(labels, predictions).close();
        loss.updateAccumulator("train", labels, predictions);
        int before = manager.getManagedArrays().size();
        for (int i = 0; i < 200; i++) {
            loss.evaluate(labels, predictions).close();
            loss.updateAccumulator("train", labels, predictions);
        }

        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    @Test
    void labelsWithoutWeightsAreRefused() {
        assertThatThrownBy(() -> loss().evaluate(new NDList(labels.get(0)), new NDList(scores)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("weights");
    }

    @Test
    void settingsAreChecked() {
        assertThatThrownBy(() -> AdmLoss.builder().build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("setStep");
        assertThatThrownBy(() -> AdmLoss.builder().optRobust(-0.1)).hasMessageContaining("-0.1");
        assertThatThrownBy(() -> AdmLoss.builder().optRobust(1)).hasMessageContaining("1.0");
    }
}
