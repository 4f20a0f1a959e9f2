package io.github.gradkit.advtrain.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.EasyTrain;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.util.Progress;
import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Pgd;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacked batches are those of the data set in all but their inputs. */
class AdversarialBatchesTest {

    private static final EpsilonBall BALL = EpsilonBall.linf(0.2).within(0, 1);

    private record Seen(
            List<?> indices, long progress, long total, int size, List<Float> labels, Shape shape) {

        static Seen of(Batch batch) {
            List<Float> labels = new ArrayList<>();
            for (Number label : batch.getLabels().head().toArray()) {
                labels.add(label.floatValue());
            }
            return new Seen(
                    batch.getIndices(),
                    batch.getProgress(),
                    batch.getProgressTotal(),
                    batch.getSize(),
                    labels,
                    batch.getData().head().getShape());
        }
    }

    private static Pgd.Builder pgd() {
        return Pgd.builder().setBall(BALL).optSteps(2);
    }

    private static AdversarialDataset.Builder attacked(Bench bench, Attack attack) {
        return AdversarialDataset.builder()
                .setDataset(bench.data(true))
                .setModel(bench.model)
                .setAttack(attack);
    }

    private static List<Seen> see(Bench bench, Dataset data) throws Exception {
        Engine.getInstance().setRandomSeed(8);
        List<Seen> seen = new ArrayList<>();
        for (Batch batch : data.getData(bench.manager)) {
            seen.add(Seen.of(batch));
            batch.close();
        }
        return seen;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void batchesKeepOrderSizesIndicesProgressAndLabels(boolean shuffled) throws Exception {
        try (Bench bench = Bench.of(Nets.CNN).initialized()) {
            Dataset plain = bench.data(shuffled);
            Dataset attacked = attacked(bench, pgd().build()).setDataset(plain).build();
            List<Seen> seen = see(bench, attacked);

            assertThat(seen).isEqualTo(see(bench, plain));
            assertThat(seen).extracting(Seen::size).containsExactly(8, 8, 6);
        }
    }

    private static int[] changed(Bench bench, Batch batch, NDArray all) {
        float[] features = all.toFloatArray();
        float[] inputs = batch.getData().head().toFloatArray();
        int width = inputs.length / batch.getSize();
        int[] changed = new int[batch.getSize()];
        for (int i = 0; i < inputs.length; i++) {
            int index = ((Long) batch.getIndices().get(i / width)).intValue();
            float difference = Math.abs(inputs[i] - features[index * width + i % width]);
            assertThat(difference).isLessThanOrEqualTo(0.2f + 1e-6f);
            assertThat(inputs[i]).isBetween(0f, 1f);
            changed[i / width] |= difference > 0 ? 1 : 0;
        }
        return changed;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.25, 0.5, 0.7, 1})
    void shareOfEachBatchIsPerturbedToTheExample(double share) throws Exception {
        try (Bench bench = Bench.of(Nets.MLP).initialized()) {
            Dataset data = attacked(bench, pgd().build()).optAdversarialShare(share).build();
            for (int epoch = 0; epoch < 3; epoch++) {
                for (Batch batch : data.getData(bench.manager)) {
                    int[] changed = changed(bench, batch, bench.features());
                    assertThat(changed).hasSize(batch.getSize());
                    assertThat(IntStream.of(changed).sum())
                            .isEqualTo((int) Math.round(share * batch.getSize()));
                    batch.close();
                }
            }
        }
    }

    @Test
    void whoStaysCleanIsDrawnAnewAndReproducible() throws Exception {
        List<List<Integer>> runs = new ArrayList<>();
        for (int seed : new int[] {1, 1, 2}) {
            try (Bench bench = Bench.of(Nets.MLP).initialized()) {
                Dataset data =
                        attacked(bench, pgd().build())
                                .setDataset(bench.data(false))
                                .optAdversarialShare(0.5)
                                .optSeed(seed)
                                .build();
                List<Integer> all = new ArrayList<>();
                for (int epoch = 0; epoch < 2; epoch++) {
                    for (Batch batch : data.getData(bench.manager)) {
                        for (int flag : changed(bench, batch, bench.features())) {
                            all.add(flag);
                        }
                        batch.close();
                    }
                }
                runs.add(all);
            }
        }
        assertThat(runs.get(0)).isEqualTo(runs.get(1)).isNotEqualTo(runs.get(2));
        assertThat(runs.get(0).subList(0, Bench.ROWS))
                .isNotEqualTo(runs.get(0).subList(Bench.ROWS, 2 * Bench.ROWS));
    }

    @Test
    void exceptionInTheAttackLeavesTheTrainingAsItWasAndFreesTheBatch() throws Exception {
        try (Bench bench = Bench.of(Nets.MLP);
                Trainer trainer = bench.trainer()) {
            Dataset data = attacked(bench, pgd().optLoss(new FailingLoss(3)).build()).build();
            Iterator<Batch> batches = trainer.iterateDataset(data).iterator();
            try (Batch first = batches.next()) {
                EasyTrain.trainBatch(trainer, first);
            }
            Map<String, String> gradients = bench.gradients();
            Map<String, String> weights = bench.weights();
            int arrays = bench.arrays();

            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(batches::next)
                    .withMessage("on purpose");
            assertThat(bench.gradients()).isEqualTo(gradients);
            assertThat(bench.weights()).isEqualTo(weights);
            assertThat(bench.arrays()).isEqualTo(arrays);
            // No collector is left open: there may be one at a time.
            try (GradientCollector collector = trainer.newGradientCollector()) {
                assertThat(collector).isNotNull();
            }
            trainer.step();
            try (Batch third = batches.next()) {
                assertThat(third.getSize()).isEqualTo(6);
            }
        }
    }

    @Test
    void twoInputsOrNoLabelAreRefused() {
        try (Bench bench = Bench.of(Nets.MLP).initialized()) {
            ArrayDataset two =
                    new ArrayDataset.Builder()
                            .setData(bench.features(), bench.features())
                            .optLabels(bench.labels(DataType.INT64))
                            .setSampling(4, false)
                            .build();
            ArrayDataset none =
                    new ArrayDataset.Builder()
                            .setData(bench.features())
                            .setSampling(4, false)
                            .build();
            for (ArrayDataset data : List.of(two, none)) {
                Dataset attacked = attacked(bench, pgd().build()).setDataset(data).build();
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> attacked.getData(bench.manager).iterator().next())
                        .withMessageContaining("Use a data set with one input and one label");
            }
        }
    }

    @Test
    void inputsOutOfTheBoundsAreRefused() {
        try (Bench bench = Bench.of(Nets.MLP).initialized()) {
            Attack narrow = Pgd.builder().setBall(BALL.within(0, 0.5)).build();
            Dataset attacked = attacked(bench, narrow).build();

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> attacked.getData(bench.manager).iterator().next())
                    .withMessageContaining("out of the bounds");
        }
    }

    /** Batches that don't tell their indices, as those of a stream. */
    private static Dataset nameless(Bench bench) {
        return new Dataset() {
            @Override
            public Iterable<Batch> getData(NDManager manager) {
                List<Batch> batches = new ArrayList<>();
                for (int from = 0; from < Bench.ROWS; from += Bench.BATCH) {
                    String rows = from + ":" + Math.min(from + Bench.BATCH, Bench.ROWS);
                    NDArray inputs = bench.features().get(rows);
                    NDArray labels = bench.labels(DataType.INT64).get(rows);
                    inputs.setName("pixels");
                    batches.add(
                            new Batch(
                                    manager.newSubManager(),
                                    new NDList(inputs),
                                    new NDList(labels),
                                    Math.toIntExact(inputs.getShape().get(0)),
                                    null,
                                    null,
                                    0,
                                    0));
                }
                return batches;
            }

            @Override
            public void prepare(Progress progress) {}
        };
    }

    @Test
    void examplesWithoutIndicesCountFromTheBeginningOfThePass() throws Exception {
        try (Bench bench = Bench.of(Nets.MLP).initialized()) {
            List<String> known = new ArrayList<>();
            List<String> counted = new ArrayList<>();
            Dataset indexed = attacked(bench, pgd().build()).setDataset(bench.data(false)).build();
            Dataset nameless = attacked(bench, pgd().build()).setDataset(nameless(bench)).build();
            for (int epoch = 0; epoch < 2; epoch++) {
                for (Batch batch : indexed.getData(bench.manager)) {
                    known.add(Bench.bits(batch.getData().head()));
                    batch.close();
                }
                for (Batch batch : nameless.getData(bench.manager)) {
                    counted.add(Bench.bits(batch.getData().head()));
                    assertThat(batch.getData().head().getName()).isEqualTo("pixels");
                    batch.close();
                }
            }
            assertThat(counted).hasSize(6).isEqualTo(known);
        }
    }
}
