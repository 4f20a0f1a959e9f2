package io.github.gradkit.adm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.listener.EvaluatorTrainingListener;
import io.github.gradkit.adm.data.SceneGenerator;
import io.github.gradkit.adm.data.ScribbleDataset;
import io.github.gradkit.adm.data.ScribbleGenerator;
import io.github.gradkit.adm.data.ScribbledImage;
import io.github.gradkit.adm.loss.LabelCrossEntropy;
import io.github.gradkit.adm.loss.PartialCrossEntropy;
import io.github.gradkit.support.state.StateFileException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PseudoLabelCacheTest {

    private static final int IMAGES = 10;

    @TempDir Path folder;
    private NDManager manager;
    private Model model;
    private LatentStep step;
    private Scenes.Arrays4 scenes;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager("PyTorch");
        model = Nets.model(2);
        step = LatentStep.builder().setLambda(0.5).optThreads(1).build();
        scenes = Scenes.arrays(manager, IMAGES, 4);
    }

    @AfterEach
    void close() {
        step.close();
        model.close();
        manager.close();
    }

    private ArrayDataset data() {
        return Scenes.dataset(manager, IMAGES, 4, 3);
    }

    private PseudoLabelCache.Builder cache() {
        return PseudoLabelCache.builder().setStep(step).setDataset(data());
    }

    private Trainer trainer() {
        return Nets.trainer(model, new PartialCrossEntropy());
    }

    private int[][] labelled(Trainer trainer) {
        return Scenes.labels(
                step.label(scenes.labels(), trainer.evaluate(new NDList(scenes.images()))));
    }

    @Test
    void aRoundLabelsEachImageAsTheStepDoesWhateverTheBatch() {
        try (Trainer trainer = trainer()) {
            for (int batch : new int[] {1, 4, 16}) {
                PseudoLabelCache cache = cache().optBatch(batch).build();
                cache.refresh(trainer);

                int[][] wanted = labelled(trainer);
                for (int i = 0; i < IMAGES; i++) {
                    assertThat(cache.labelling(i)).hasValue(wanted[i]);
                }
                assertThat(cache.rounds()).isEqualTo(1);
                assertThat(cache.records().get(0).images()).isEqualTo(IMAGES);
            }
        }
    }

    @Test
    void aRoundLeavesTheModelAlone() {
        try (Trainer trainer = trainer()) {
            Map<String, float[]> before = Nets.values(model);
            PseudoLabelCache cache = cache().build();
            cache.refresh(trainer);
            int arrays = trainer.getManager().getManagedArrays().size();
            for (int i = 0; i < 20; i++) {
                cache.refresh(trainer);
            }

            Nets.values(model)
                    .forEach((name, values) -> assertThat(values).isEqualTo(before.get(name)));
            assertThat(trainer.getManager().getManagedArrays()).hasSize(arrays);
        }
    }

    @Test
    void theDataSetIsLabelledEveryFewEpochsOfATraining() throws Exception {
        PseudoLabelCache cache = cache().optEvery(2).build();
        AdmLoss loss = AdmLoss.builder().setCache(cache).build();
        try (Trainer trainer = Nets.trainer(model, loss, new EvaluatorTrainingListener(), cache)) {
            EasyTrain.fit(trainer, 5, data(), null);
        }

        assertThat(cache.rounds()).isEqualTo(2);
    }

    @Test
    void theLossIsThatOfScribblesUntilTheFirstRoundAndThenThatOfTheLabellings() {
        PseudoLabelCache cache = cache().build();
        AdmLoss loss = AdmLoss.builder().setCache(cache).build();
        try (Trainer trainer = trainer()) {
            NDList scores = trainer.evaluate(new NDList(scenes.images().get("2:5")));
            NDList labels =
                    new NDList(
                            scenes.scribbles().get("2:5"),
                            scenes.weights().get("2:5"),
                            scenes.indices().get("2:5"));
            float scribbles = LabelCrossEntropy.mean(scores.head(), labels.head()).getFloat();
            assertThat(loss.evaluate(labels, scores).getFloat()).isEqualTo(scribbles);

            cache.refresh(trainer);
            int[] flat =
                    Arrays.stream(Arrays.copyOfRange(labelled(trainer), 2, 5))
                            .flatMapToInt(Arrays::stream)
                            .toArray();
            NDArray target = manager.create(flat, new Shape(3, Scenes.SIDE, Scenes.SIDE));
            float tie = LabelCrossEntropy.mean(scores.head(), target).getFloat();
            assertThat(loss.evaluate(labels, scores).getFloat())
                    .isCloseTo(scribbles + tie, within(1e-5f));
        }
    }

    @Test
    void aFileBringsLabellingsToALaterTraining() throws Exception {
        Path file = folder.resolve("labels.safetensors");
        PseudoLabelCache cache = cache().optFile(file).build();
        try (Trainer trainer = trainer()) {
            cache.refresh(trainer);
            cache.refresh(trainer);
        }
        PseudoLabelCache later = cache().optFile(file).optBatch(3).build();

        later.load(manager);

        assertThat(later.rounds()).isEqualTo(2);
        for (int i = 0; i < IMAGES; i++) {
            assertThat(later.labelling(i)).hasValue(cache.labelling(i).orElseThrow());
        }
    }

    @Test
    void aFileCountsOnWhereItsTrainingWas() throws Exception {
        Path file = folder.resolve("labels.safetensors");
        PseudoLabelCache cache = cache().optFile(file).optEvery(3).build();
        try (Trainer trainer = trainer()) {
            for (int epoch = 0; epoch < 4; epoch++) {
                cache.onEpoch(trainer);
            }
            try (LatentStep later =
                    LatentStep.builder().setLambda(rounds -> rounds).optThreads(1).build()) {
                PseudoLabelCache resumed =
                        PseudoLabelCache.builder()
                                .setStep(later)
                                .setDataset(data())
                                .optFile(file)
                                .optEvery(3)
                                .build();
                resumed.load(manager);

                assertThat(later.lambda()).isEqualTo(1);
                resumed.onEpoch(trainer);
                resumed.onEpoch(trainer);
                assertThat(resumed.rounds()).isEqualTo(1);
                resumed.onEpoch(trainer);
                assertThat(resumed.rounds()).isEqualTo(2);
                assertThat(later.lambda()).isEqualTo(2);
            }
        }
    }

    @Test
    void aDamagedFileIsRefusedAndOneOfOtherImagesWhenItIsUsed() throws Exception {
        Path file = folder.resolve("labels.safetensors");
        try (Trainer trainer = trainer()) {
            cache().optFile(file).build().refresh(trainer);
        }
        PseudoLabelCache same = cache().optFile(file).build();
        same.load(manager);
        AdmLoss loss = AdmLoss.builder().setCache(same).build();
        NDList scores = new NDList(manager.zeros(new Shape(IMAGES, 2, 16, 16)));
        NDList others = Scenes.arrays(manager, IMAGES, 5).labels();
        assertThatThrownBy(() -> loss.evaluate(others, scores))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("other scribbles");

        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 40));
        PseudoLabelCache empty = cache().optFile(file).build();
        assertThatThrownBy(() -> empty.load(manager)).isInstanceOf(StateFileException.class);
        assertThat(empty.labelling(0)).isEmpty();
    }

    private static List<ScribbledImage> images() {
        return SceneGenerator.builder()
                .optSize(24, 20)
                .optLabels(2)
                .optRadius(4, 6)
                .optScribbles(ScribbleGenerator.builder().build())
                .build()
                .scenes(9, 3);
    }

    @Test
    void aPartOfADataSetIsLabelledByTheIndicesOfTheWhole() throws Exception {
        ScribbleDataset whole =
                ScribbleDataset.builder().setImages(images()).setSampling(4, true).build();
        RandomAccessDataset part = whole.randomSplit(6, 3)[0];
        PseudoLabelCache cache =
                PseudoLabelCache.builder().setStep(step).setDataset(part).optEvery(1).build();
        AdmLoss loss = AdmLoss.builder().setCache(cache).build();
        try (Model colour = Nets.model(2);
                Trainer trainer = Nets.trainer(colour, loss, 3, 24, 20, cache)) {
            EasyTrain.fit(trainer, 2, part, null);
        }

        assertThat(IntStream.range(0, 9).filter(i -> cache.labelling(i).isPresent())).hasSize(6);
    }

    @Test
    void imagesOfDifferentSizesAreLabelledEachAtItsOwn() {
        List<ScribbledImage> mixed = new ArrayList<>(images());
        mixed.addAll(
                3,
                SceneGenerator.builder()
                        .optSize(16, 28)
                        .optLabels(2)
                        .optRadius(4, 6)
                        .optScribbles(ScribbleGenerator.builder().build())
                        .build()
                        .scenes(3, 5));
        ScribbleDataset data =
                ScribbleDataset.builder().setImages(mixed).setSampling(1, true).build();
        PseudoLabelCache cache = PseudoLabelCache.builder().setStep(step).setDataset(data).build();
        try (Model colour = Nets.model(2);
                Trainer trainer = Nets.trainer(colour, new PartialCrossEntropy(), 3, 24, 20)) {
            cache.refresh(trainer);
        }

        assertThat(cache.labelling(2).orElseThrow()).hasSize(24 * 20);
        assertThat(cache.labelling(3).orElseThrow()).hasSize(16 * 28);
        assertThat(cache.labelling(11).orElseThrow()).hasSize(24 * 20);
        assertThat(cache.records().get(0).images()).isEqualTo(12);
    }

    @Test
    void aDataSetThatFlipsIsRefusedAtOnce() {
        ScribbleDataset flipping =
                ScribbleDataset.builder()
                        .setImages(images())
                        .setSampling(3, true)
                        .optFlip(true)
                        .build();

        assertThatThrownBy(() -> cache().setDataset(flipping).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("flips");
    }

    @Test
    void aFlippedBatchIsRefused() {
        PseudoLabelCache cache = cache().build();
        AdmLoss loss = AdmLoss.builder().setCache(cache).build();
        try (Trainer trainer = trainer()) {
            cache.refresh(trainer);
        }
        NDList flipped = new NDList(scenes.scribbles().flip(2), scenes.weights(), scenes.indices());
        NDList scores = new NDList(manager.zeros(new Shape(IMAGES, 2, 16, 16)));

        assertThatThrownBy(() -> loss.evaluate(flipped, scores))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("other scribbles");
    }

    @Test
    void aListenerForBatchesHasNothingToListenToWithACache() {
        AdmLoss loss = AdmLoss.builder().setCache(cache().build()).build();

        assertThatThrownBy(() -> AdmListener.of(loss))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cache");
    }

    @Test
    void aRoundThatFailsKeepsTheLabellingsOfTheLast() throws Exception {
        Path file = folder.resolve("labels.safetensors");
        PseudoLabelCache cache = cache().optFile(file).build();
        try (Trainer trainer = trainer()) {
            cache.refresh(trainer);
            int[] before = cache.labelling(3).orElseThrow();
            byte[] saved = Files.readAllBytes(file);
            model.getBlock()
                    .getParameters()
                    .valueAt(0)
                    .getArray()
                    .set(new ai.djl.ndarray.index.NDIndex("..."), Float.NaN);

            assertThatThrownBy(() -> cache.refresh(trainer))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("NaN");

            assertThat(cache.labelling(3)).hasValue(before);
            assertThat(cache.rounds()).isEqualTo(1);
            assertThat(Files.readAllBytes(file)).isEqualTo(saved);
        }
    }

    @Test
    void aFolderThatIsMissingIsTold() {
        PseudoLabelCache cache = cache().optFile(folder.resolve("none/labels")).build();
        try (Trainer trainer = trainer()) {
            assertThatThrownBy(() -> cache.refresh(trainer))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("none");
            assertThat(cache.labelling(0)).isEmpty();
        }
    }

    @Test
    void twoExamplesWithOneIndexAreRefused() {
        NDArray indices = scenes.indices().duplicate();
        indices.set(new ai.djl.ndarray.index.NDIndex("7"), 2);
        ArrayDataset data =
                new ArrayDataset.Builder()
                        .setData(scenes.images())
                        .optLabels(scenes.scribbles(), scenes.weights(), indices)
                        .setSampling(3, false)
                        .build();
        PseudoLabelCache cache = PseudoLabelCache.builder().setStep(step).setDataset(data).build();
        try (Trainer trainer = trainer()) {
            assertThatThrownBy(() -> cache.refresh(trainer))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("index 2");
            assertThat(cache.rounds()).isZero();
        }
    }

    @Test
    void batchesThatTheLabellingsDoNotFitAreRefused() {
        PseudoLabelCache cache = cache().build();
        AdmLoss loss = AdmLoss.builder().setCache(cache).build();
        try (Trainer trainer = trainer()) {
            cache.refresh(trainer);
            NDList cropped =
                    new NDList(
                            scenes.scribbles().get(":,:8"),
                            scenes.weights().get(":,:,:8"),
                            scenes.indices());
            NDList scores = trainer.evaluate(new NDList(scenes.images()));
            assertThatThrownBy(
                            () -> loss.evaluate(cropped, new NDList(scores.head().get(":,:,:8"))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("16 x 16")
                    .hasMessageContaining("8 x 16");
            NDList beyond =
                    new NDList(scenes.scribbles(), scenes.weights(), scenes.indices().add(10));
            assertThatThrownBy(() -> loss.evaluate(beyond, scores))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("image 10");
        }
    }

    @Test
    void settingsAreChecked() {
        assertThatThrownBy(() -> cache().optEvery(0)).hasMessageContaining("every 0 epochs");
        assertThatThrownBy(() -> cache().optBatch(0)).hasMessageContaining("0 images");
        assertThatThrownBy(() -> PseudoLabelCache.builder().build())
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> cache().build().load(manager))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("optFile");
    }
}
