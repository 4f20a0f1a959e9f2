package io.github.gradkit.adm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import io.github.gradkit.adm.cut.Neighbourhood;
import io.github.gradkit.support.data.ExampleBatch;
import io.github.gradkit.support.data.ExampleReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScribbleDatasetTest {

    private static final List<ScribbledImage> SCENES =
            SceneGenerator.builder()
                    .optSize(16, 20)
                    .optScribbles(ScribbleGenerator.builder().build())
                    .build()
                    .scenes(7, 1);

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void batchesHaveTheShapesAndTypesOfTheLosses() throws Exception {
        List<Batch> batches = batches(inOrder(3).build(), null);
        assertThat(batches).extracting(Batch::getSize).containsExactly(3, 3, 1);
        for (Batch batch : batches) {
            int size = batch.getSize();
            assertThat(batch.getData()).hasSize(1);
            assertThat(batch.getData().head().getShape()).isEqualTo(new Shape(size, 3, 16, 20));
            assertThat(batch.getData().head().getDataType()).isEqualTo(DataType.FLOAT32);
            SegmentationLabels labels = SegmentationLabels.of(batch.getLabels());
            assertThat(labels.scribbles().getShape()).isEqualTo(new Shape(size, 16, 20));
            assertThat(labels.scribbles().getDataType()).isEqualTo(DataType.UINT8);
            assertThat(labels.weights().getShape()).isEqualTo(new Shape(size, 4, 16, 20));
            assertThat(labels.weights().getDataType()).isEqualTo(DataType.FLOAT32);
            assertThat(labels.indices().getShape()).isEqualTo(new Shape(size));
            assertThat(labels.indices().getDataType()).isEqualTo(DataType.INT64);
        }
    }

    @Test
    void batchesHoldTheImagesInOrder() throws Exception {
        int seen = 0;
        for (Batch batch : batches(inOrder(3).build(), null)) {
            for (int row = 0; row < batch.getSize(); row++, seen++) {
                ScribbledImage image = SCENES.get(seen);
                assertThat(batch.getData().head().get(row).toFloatArray())
                        .isEqualTo(image.pixels());
                assertThat(batch.getLabels().get(0).get(row).toUint8Array())
                        .isEqualTo(image.scribbles());
                assertThat(batch.getLabels().get(1).get(row).toFloatArray())
                        .isEqualTo(ContrastWeights.builder().build().of(image));
                assertThat(batch.getLabels().get(2).getLong(row)).isEqualTo(seen);
            }
        }
        assertThat(seen).isEqualTo(7);
    }

    @Test
    void indicesAreThoseOfTheWholeDataSet() throws Exception {
        ScribbleDataset shuffled =
                ScribbleDataset.builder().setImages(SCENES).setSampling(3, true).build();
        List<Long> indices = new ArrayList<>();
        for (Batch batch : batches(shuffled, null)) {
            for (int row = 0; row < batch.getSize(); row++) {
                long index = batch.getLabels().get(2).getLong(row);
                indices.add(index);
                assertThat(batch.getData().head().get(row).toFloatArray())
                        .isEqualTo(SCENES.get((int) index).pixels());
            }
        }
        assertThat(indices).containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 5L, 6L);
        List<Long> parts = new ArrayList<>();
        for (RandomAccessDataset part : inOrder(2).build().randomSplit(4, 3)) {
            for (Batch batch : batches(part, null)) {
                LongStream.of(batch.getLabels().get(2).toLongArray()).forEach(parts::add);
            }
        }
        assertThat(parts).containsExactlyInAnyOrderElementsOf(indices);
    }

    @Test
    void isReadByIndexWhateverItsSampling() {
        ExampleReader reader =
                ExampleReader.of(
                        ScribbleDataset.builder().setImages(SCENES).setSampling(2, true).build());
        try (ExampleBatch batch = reader.batch(manager, 5, 0, 5)) {
            assertThat(batch.labels().get(2).toLongArray()).containsExactly(5, 0, 5);
            assertThat(batch.data().head().get(1).toFloatArray()).isEqualTo(SCENES.get(0).pixels());
        }
        List<Long> all = new ArrayList<>();
        for (ExampleBatch batch : reader.batches(manager, 4)) {
            try (batch) {
                LongStream.of(batch.labels().get(2).toLongArray()).forEach(all::add);
            }
        }
        assertThat(all).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void masksMayTakeThePlaceOfScribblesAndImagesBeAdded() throws Exception {
        ScribbleDataset data =
                inOrder(2)
                        .optMasks(true)
                        .optImages(true)
                        .optNeighbourhood(Neighbourhood.FOUR)
                        .optSigma(0.1)
                        .build();
        Record record = data.get(manager, 4);
        ScribbledImage image = SCENES.get(4);
        assertThat(record.getLabels()).hasSize(4);
        assertThat(record.getLabels().get(0).toUint8Array()).isEqualTo(image.mask().orElseThrow());
        assertThat(record.getLabels().get(1).toFloatArray())
                .isEqualTo(
                        ContrastWeights.builder()
                                .optNeighbourhood(Neighbourhood.FOUR)
                                .optSigma(0.1)
                                .build()
                                .of(image));
        assertThat(record.getLabels().get(3).toFloatArray()).isEqualTo(image.pixels());
        assertThat(data.neighbourhood()).isEqualTo(Neighbourhood.FOUR);
        assertThat(data.image(4)).isSameAs(image);
    }

    @Test
    void mirroringMovesImageScribblesAndWeightsTogether() throws Exception {
        ScribbleDataset data = inOrder(7).optFlip(true).optSeed(3).build();
        assertThat(data.isAugmented()).isTrue();
        assertThat(inOrder(7).build().isAugmented()).isFalse();
        int mirrored = 0;
        for (int read = 0; read < 40; read++) {
            int index = read % 7;
            ScribbledImage image = SCENES.get(index);
            ScribbledImage other = mirrored(image);
            Record record = data.get(manager, index);
            float[] pixels = record.getData().head().toFloatArray();
            boolean isOther = Arrays.equals(pixels, other.pixels());
            mirrored += isOther ? 1 : 0;
            ScribbledImage wanted = isOther ? other : image;
            assertThat(pixels).isEqualTo(wanted.pixels());
            assertThat(record.getLabels().get(0).toUint8Array()).isEqualTo(wanted.scribbles());
            assertThat(record.getLabels().get(1).toFloatArray())
                    .isEqualTo(ContrastWeights.builder().build().of(wanted));
            assertThat(record.getLabels().get(2).getLong()).isEqualTo(index);
        }
        assertThat(mirrored).isBetween(8, 32);
    }

    @Test
    void cropsLieAnywhereInTheImage() throws Exception {
        ScribbledImage image = unlike();
        ScribbleDataset data =
                inOrder(7).setImages(List.of(image)).optCrop(5, 6).optMasks(true).build();
        boolean[] tops = new boolean[12];
        boolean[] lefts = new boolean[15];
        float[] pixels = image.pixels();
        int[] mask = image.mask().orElseThrow();
        for (int read = 0; read < 300; read++) {
            Record record = data.get(manager, 0);
            float[] part = record.getData().head().toFloatArray();
            int at = find(pixels, part[0]);
            int top = at / 20;
            int left = at % 20;
            tops[top] = true;
            lefts[left] = true;
            int[] labels = record.getLabels().get(0).toUint8Array();
            for (int i = 0; i < 30; i++) {
                int from = (top + i / 6) * 20 + left + i % 6;
                assertThat(part[60 + i]).isEqualTo(pixels[640 + from]);
                assertThat(labels[i]).isEqualTo(mask[from]);
            }
            assertThat(record.getLabels().get(1).toFloatArray())
                    .isEqualTo(ContrastWeights.builder().build().of(part, 3, 5, 6));
        }
        assertThat(tops).containsOnly(true);
        assertThat(lefts).containsOnly(true);
    }

    @Test
    void labelsOfAnImageAreThoseOfTheWhole() throws Exception {
        int[] scribbles = new int[6];
        Arrays.fill(scribbles, 255);
        scribbles[0] = 7;
        scribbles[5] = 2;
        ScribbledImage image =
                ScribbledImage.of("one", 1, 1, 6, new float[6], scribbles)
                        .withMask(new int[] {7, 7, 0, 0, 2, 2});
        ScribbledImage bare = image.withScribbles(new int[] {255, 255, 255, 255, 255, 255});
        for (boolean masks : new boolean[] {false, true}) {
            ScribbleDataset data =
                    ScribbleDataset.builder()
                            .setImages(List.of(image, bare))
                            .optMasks(masks)
                            .optCrop(1, 2)
                            .setSampling(1, false)
                            .build();
            data.prepare(null);
            assertThat(data.scribbledLabels(0))
                    .isEqualTo(masks ? new int[] {0, 2, 7} : new int[] {2, 7});
            assertThat(data.scribbledLabels(1)).isEqualTo(masks ? new int[] {0, 2, 7} : new int[0]);
            assertThatThrownBy(() -> data.scribbledLabels(2))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void smallImagesArePaddedToTheCrop() throws Exception {
        ScribbledImage image = unlike();
        ScribbleDataset data =
                inOrder(7)
                        .setImages(List.of(image))
                        .optCrop(18, 17)
                        .optFlip(true)
                        .optMasks(true)
                        .build();
        boolean[] seen = new boolean[2];
        for (int read = 0; read < 20; read++) {
            Record record = data.get(manager, 0);
            assertThat(record.getData().head().getShape()).isEqualTo(new Shape(3, 18, 17));
            int[] labels = record.getLabels().get(0).toUint8Array();
            float[] weights = record.getLabels().get(1).toFloatArray();
            float[] pixels = record.getData().head().toFloatArray();
            for (int i = 16 * 17; i < 18 * 17; i++) {
                assertThat(labels[i]).isEqualTo(SegmentationLabels.UNLABELLED);
                assertThat(pixels[i]).isEqualTo(pixels[16 * 17]).isBetween(0f, 1f);
                assertThat(weights[i]).isZero();
                assertThat(weights[i + 18 * 17 - 17]).isZero();
            }
            assertThat(labels[16 * 17 - 1]).isNotEqualTo(SegmentationLabels.UNLABELLED);
            seen[find(image.pixels(), pixels[0]) < 17 - 1 ? 0 : 1] = true;
        }
        assertThat(seen).containsOnly(true);
        ScribbleDataset wide = inOrder(7).optCrop(16, 23).optFlip(true).optMasks(true).build();
        for (int read = 0; read < 10; read++) {
            int[] labels = wide.get(manager, 0).getLabels().get(0).toUint8Array();
            float[] weights = wide.get(manager, 0).getLabels().get(1).toFloatArray();
            assertThat(Arrays.stream(labels).filter(label -> label == 255).count())
                    .isEqualTo(16 * 3);
            assertThat((labels[0] == 255) != (labels[22] == 255)).isTrue();
            int zeros = 0;
            for (int x = 0; x < 23; x++) {
                zeros += weights[x] == 0 ? 1 : 0;
            }
            assertThat(zeros).isEqualTo(4);
        }
    }

    @Test
    void changesDependOnSeedAndReadsOnlyNotOnThreads() throws Exception {
        List<float[]> alone = twoEpochs(5, null);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            assertThat(twoEpochs(5, threads)).containsExactlyElementsOf(alone);
        } finally {
            threads.shutdownNow();
        }
        assertThat(twoEpochs(5, null)).containsExactlyElementsOf(alone);
        List<float[]> other = twoEpochs(6, null);
        assertThat(
                        other.stream()
                                .filter(
                                        image ->
                                                alone.stream()
                                                        .anyMatch(
                                                                seen ->
                                                                        Arrays.equals(
                                                                                seen, image))))
                .hasSizeLessThan(7);
        assertThat(alone.subList(0, 7)).doesNotContainAnyElementsOf(alone.subList(7, 14));
    }

    private List<float[]> twoEpochs(long seed, ExecutorService threads) throws Exception {
        ScribbleDataset data = inOrder(2).optFlip(true).optCrop(8, 9).optSeed(seed).build();
        List<float[]> images = new ArrayList<>();
        for (int epoch = 0; epoch < 2; epoch++) {
            for (Batch batch : batches(data, threads)) {
                for (int row = 0; row < batch.getSize(); row++) {
                    images.add(batch.getData().head().get(row).toFloatArray());
                }
            }
        }
        return images;
    }

    @Test
    void leavesNoArraysBehind() throws Exception {
        ScribbleDataset data = inOrder(3).optFlip(true).optImages(true).build();
        readAndClose(data);
        int before = manager.getManagedArrays().size();
        for (int epoch = 0; epoch < 3; epoch++) {
            readAndClose(data);
        }
        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    private void readAndClose(Dataset data) throws Exception {
        for (Batch batch : data.getData(manager)) {
            assertThat(batch.getLabels()).hasSize(4);
            int held = batch.getManager().getManagedArrays().size();
            assertThat(held).as("only what the batch holds").isEqualTo(5);
            batch.close();
        }
    }

    @Test
    void refusesImagesOfDifferentSizesUnlessCroppedOrAlone() throws Exception {
        List<ScribbledImage> mixed = new ArrayList<>(SCENES);
        mixed.add(SceneGenerator.builder().optSize(9, 12).build().scene(99, 0));
        ScribbleDataset.Builder builder = ScribbleDataset.builder().setImages(mixed);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.setSampling(2, false).build().getData(manager))
                .withMessageContaining("'scene 99' (9 x 12)")
                .withMessageContaining("'scene 0' (16 x 20)")
                .withMessageContaining("optCrop");
        assertThat(batches(builder.setSampling(1, false).build(), null)).hasSize(8);
        assertThat(batches(builder.setSampling(8, false).optCrop(10, 10).build(), null)).hasSize(1);
    }

    @Test
    void refusesWhatIsNoDataSet() throws Exception {
        ScribbleDataset.Builder builder = ScribbleDataset.builder();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.setImages(List.of()))
                .withMessageContaining("no images");
        assertThatThrownBy(() -> ScribbleDataset.builder().setSampling(1, false).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("setImages");
        assertThatThrownBy(() -> ScribbleDataset.builder().setImages(SCENES).build())
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("sampler");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.optCrop(0, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.optLabels(256));
        ScribbledImage odd = ScribbledImage.of("odd", 1, 1, 3, new float[3], new int[] {255, 1, 4});
        ScribbleDataset.Builder small =
                ScribbleDataset.builder().setImages(List.of(odd)).setSampling(1, false);
        assertThat(batches(small.build(), null)).hasSize(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> small.optLabels(4).build().prepare())
                .withMessageContaining("'odd' has label 4 at row 0, column 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> small.optLabels(5).optMasks(true).build().prepare())
                .withMessageContaining("'odd' has no mask");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                ScribbleDataset.builder()
                                        .setImages(List.of(odd, SCENES.get(0)))
                                        .setSampling(1, false)
                                        .build()
                                        .prepare())
                .withMessageContaining("'scene 0' has 3 channels")
                .withMessageContaining("'odd' has 1");
        ScribbleDataset data = inOrder(1).build();
        for (long wrong : new long[] {-1, 7}) {
            assertThatThrownBy(() -> data.get(manager, wrong))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessageContaining("no image " + wrong);
        }
    }

    @Test
    void keepsToItsLimit() throws Exception {
        ScribbleDataset data = inOrder(2).optLimit(3).build();
        assertThat(data.size()).isEqualTo(3);
        assertThat(batches(data, null)).extracting(Batch::getSize).containsExactly(2, 1);

        List<ScribbledImage> images = new ArrayList<>(SCENES.subList(0, 3));
        images.addAll(SceneGenerator.builder().optSize(9, 9).build().scenes(1, 1));
        // The last would not fit into a batch, but is beyond the limit.
        ScribbleDataset.builder()
                .setImages(images)
                .setSampling(2, false)
                .optLimit(3)
                .build()
                .prepare();
    }

    private static ScribbleDataset.Builder inOrder(int batchSize) {
        return ScribbleDataset.builder().setImages(SCENES).setSampling(batchSize, false);
    }

    private List<Batch> batches(RandomAccessDataset data, ExecutorService threads)
            throws Exception {
        List<Batch> batches = new ArrayList<>();
        for (Batch batch : data.getData(manager.newSubManager(), threads)) {
            // The iterator closes its arrays at the end, so they are kept elsewhere.
            for (NDArray array : batch.getData()) {
                array.attach(manager);
            }
            for (NDArray array : batch.getLabels()) {
                array.attach(manager);
            }
            batches.add(batch);
        }
        return batches;
    }

    /** An image whose pixels all differ. */
    private static ScribbledImage unlike() {
        float[] pixels = new float[3 * 16 * 20];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) (i * 7 % pixels.length) / pixels.length;
        }
        return ScribbledImage.of("unlike", 3, 16, 20, pixels, SCENES.get(2).scribbles())
                .withMask(SCENES.get(2).mask().orElseThrow());
    }

    private static ScribbledImage mirrored(ScribbledImage image) {
        int width = image.width();
        float[] pixels = image.pixels();
        float[] turned = new float[pixels.length];
        int[] scribbles = image.scribbles();
        int[] moved = new int[scribbles.length];
        for (int i = 0; i < turned.length; i++) {
            turned[i] = pixels[i - i % width + width - 1 - i % width];
        }
        for (int i = 0; i < moved.length; i++) {
            moved[i] = scribbles[i - i % width + width - 1 - i % width];
        }
        return ScribbledImage.of(
                image.name(), image.channels(), image.height(), width, turned, moved);
    }

    private static int find(float[] values, float value) {
        return IntStream.range(0, values.length)
                .filter(i -> values[i] == value)
                .findFirst()
                .orElseThrow();
    }
}
