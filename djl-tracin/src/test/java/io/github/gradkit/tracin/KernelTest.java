package io.github.gradkit.tracin;

import static io.github.gradkit.tracin.Workbench.CROSS_ENTROPY;
import static io.github.gradkit.tracin.Workbench.SQUARES;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.basicmodelzoo.cv.classification.ResNetV1;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv1d;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.gradkit.tracin.internal.Form;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of layer agrees with one-example gradients by plain DJL. */
class KernelTest {

    @TempDir Path directory;

    private record Model(String name, Block block, long[] shape) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Model model(String name, Block block, long... shape) {
        return new Model(name, block, shape);
    }

    private static SequentialBlock sequence(Block... blocks) {
        return new SequentialBlock().addAll(blocks);
    }

    private static Linear linear(int units) {
        return Linear.builder().setUnits(units).build();
    }

    private static Conv2d.Builder conv2d(int filters, long... kernel) {
        return Conv2d.builder().setFilters(filters).setKernelShape(new Shape(kernel));
    }

    private static Conv1d.Builder conv1d(int filters, long kernel) {
        return Conv1d.builder().setFilters(filters).setKernelShape(new Shape(kernel));
    }

    static Stream<Model> models() {
        return Stream.of(
                model("linear alone", linear(3), 4),
                model(
                        "linear without bias",
                        sequence(
                                Linear.builder().setUnits(5).optBias(false).build(),
                                Activation.tanhBlock(),
                                linear(3)),
                        4),
                model(
                        "linear on a sequence",
                        sequence(linear(4), Activation.tanhBlock(), linear(3), mean(1)),
                        5,
                        2),
                model(
                        "linear on a grid",
                        sequence(linear(4), Activation.reluBlock(), linear(3), mean(1), mean(1)),
                        2,
                        3,
                        4),
                model(
                        "conv1d, stride, padding, dilation, groups",
                        sequence(
                                conv1d(4, 3)
                                        .optStride(new Shape(2))
                                        .optPadding(new Shape(2))
                                        .optDilation(new Shape(2))
                                        .optGroups(2)
                                        .build(),
                                Activation.tanhBlock(),
                                conv1d(3, 2).optBias(false).build(),
                                mean(2)),
                        2,
                        9),
                model(
                        "conv2d",
                        sequence(conv2d(3, 3, 2).build(), Activation.tanhBlock(), mean(2), mean(2)),
                        2,
                        5,
                        4),
                model(
                        "conv2d, stride, padding, dilation, groups",
                        sequence(
                                conv2d(4, 3, 2)
                                        .optStride(new Shape(2, 1))
                                        .optPadding(new Shape(1, 2))
                                        .optDilation(new Shape(1, 2))
                                        .optGroups(2)
                                        .build(),
                                Activation.tanhBlock(),
                                conv2d(3, 1, 1).optBias(false).build(),
                                mean(2),
                                mean(2)),
                        4,
                        6,
                        5),
                model(
                        "batch norm after convolution",
                        sequence(
                                conv2d(4, 3, 3).optBias(false).build(),
                                BatchNorm.builder().build(),
                                Activation.reluBlock(),
                                Pool.globalAvgPool2dBlock(),
                                linear(3)),
                        2,
                        6,
                        6),
                model(
                        "batch norm on features",
                        sequence(linear(4), BatchNorm.builder().build(), linear(3)),
                        4),
                model(
                        "batch norm, channels ambiguous",
                        sequence(BatchNorm.builder().optAxis(2).build(), mean(1), mean(1)),
                        3,
                        3,
                        3),
                model(
                        "batch norm without scale",
                        sequence(linear(4), BatchNorm.builder().optScale(false).build(), linear(3)),
                        4),
                model(
                        "layer norm on features",
                        sequence(linear(4), LayerNorm.builder().build(), linear(3)),
                        4),
                model(
                        "layer norm on a sequence",
                        sequence(
                                linear(4), LayerNorm.builder().axis(2).build(), linear(3), mean(1)),
                        5,
                        4),
                model(
                        "dropout is off",
                        sequence(linear(6), Dropout.builder().optRate(0.5f).build(), linear(3)),
                        4),
                model("residual branches", sequence(residual(), linear(3)), 4),
                model(
                        "convolutional residual with batch norm",
                        sequence(
                                new ParallelBlock(
                                        branches ->
                                                new NDList(
                                                        branches.get(0)
                                                                .head()
                                                                .add(branches.get(1).head())),
                                        List.of(
                                                sequence(
                                                        conv2d(2, 3, 3)
                                                                .optPadding(new Shape(1, 1))
                                                                .build(),
                                                        BatchNorm.builder().build()),
                                                Blocks.identityBlock())),
                                Activation.reluBlock(),
                                Blocks.batchFlattenBlock(),
                                linear(3)),
                        2,
                        4,
                        4));
    }

    private static Block mean(int axis) {
        return new SequentialBlock().addSingleton(x -> x.mean(new int[] {axis}));
    }

    private static Block residual() {
        return new ParallelBlock(
                branches -> new NDList(branches.get(0).head().add(branches.get(1).head())),
                List.of(sequence(linear(4), Activation.tanhBlock()), Blocks.identityBlock()));
    }

    @ParameterizedTest
    @MethodSource("models")
    void agreesWithOneExampleGradients(Model model) {
        try (Workbench bench = new Workbench(directory, model.block, 7, 5, 3, model.shape)) {
            bench.assertAgreesWithSlowTwin(
                    bench.tracIn(CROSS_ENTROPY).optBatchSize(3), CROSS_ENTROPY);
        }
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void everyFormOfComparisonAgrees(Form form) {
        Block block =
                sequence(
                        conv2d(4, 3, 3).optGroups(2).build(),
                        Activation.tanhBlock(),
                        conv2d(2, 2, 2).optBias(false).build(),
                        Blocks.batchFlattenBlock(),
                        linear(3));
        try (Workbench bench = new Workbench(directory, block, 6, 5, 3, 2, 6, 6)) {
            bench.assertAgreesWithSlowTwin(
                    bench.tracIn(CROSS_ENTROPY).optBatchSize(4).form(form), CROSS_ENTROPY);
        }
    }

    @Test
    void tiedLayerGetsItsCrossTerms() {
        Linear tied = linear(3);
        Block block = sequence(tied, Activation.tanhBlock(), tied);
        try (Workbench bench = new Workbench(directory, block, 6, 4, 3, 3)) {
            bench.assertAgreesWithSlowTwin(bench.tracIn(CROSS_ENTROPY), CROSS_ENTROPY);
            double without = scoreAsTwoLayers(bench, tied);
            double withCrossTerms = bench.slowScores(CROSS_ENTROPY, CROSS_ENTROPY)[0][0];
            assertThat(Math.abs(without - withCrossTerms))
                    .as("a sum over the two uses alone must not pass for the truth")
                    .isGreaterThan(0.01 * Math.abs(withCrossTerms));
        }
    }

    /** The same function and weights, but as if the two uses were layers of their own. */
    private static double scoreAsTwoLayers(Workbench bench, Linear tied) {
        Linear first = linear(3);
        Linear second = linear(3);
        Block untied = sequence(first, Activation.tanhBlock(), second);
        untied.initialize(bench.manager, DataType.FLOAT32, new Shape(1, 3));
        for (Linear copy : List.of(first, second)) {
            for (int i = 0; i < 2; i++) {
                NDArray source = tied.getParameters().valueAt(i).getArray();
                source.copyTo(copy.getParameters().valueAt(i).getArray());
            }
        }
        bench.checkpoints.clear();
        bench.save(5, 0.1);
        SlowTracIn slow = new SlowTracIn(untied, List.of(), CROSS_ENTROPY, CROSS_ENTROPY);
        double[][] g = slow.gradients(bench.train, bench.trainLabels, CROSS_ENTROPY);
        double[][] gTest = slow.gradients(bench.test, bench.testLabels, CROSS_ENTROPY);
        double score = 0;
        for (int k = 0; k < g[0].length; k++) {
            score += 0.1 * g[0][k] * gTest[0][k];
        }
        return score;
    }

    @Test
    void tiedConvolutionAndNormAgree() {
        Conv2d conv = conv2d(2, 3, 3).optPadding(new Shape(1, 1)).build();
        Block norm = BatchNorm.builder().build();
        Block block =
                sequence(
                        conv,
                        norm,
                        Activation.tanhBlock(),
                        conv,
                        norm,
                        Blocks.batchFlattenBlock(),
                        linear(3));
        try (Workbench bench = new Workbench(directory, block, 5, 4, 3, 2, 4, 4)) {
            for (Form form : Form.values()) {
                bench.assertAgreesWithSlowTwin(
                        bench.tracIn(CROSS_ENTROPY).form(form), CROSS_ENTROPY);
            }
        }
    }

    /** Calls its fields, as hand-written blocks do; DJL offers no way to look inside. */
    private static final class HandWritten extends AbstractBlock {

        private final Linear first = addChildBlock("first", linear(4));
        private final Linear second = addChildBlock("second", linear(3));

        @Override
        protected NDList forwardInternal(
                ParameterStore store,
                NDList inputs,
                boolean training,
                PairList<String, Object> params) {
            NDList hidden = first.forward(store, inputs, training);
            return second.forward(store, new NDList(hidden.head().tanh()), training);
        }

        @Override
        public void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
            first.initialize(manager, type, shapes);
            second.initialize(manager, type, first.getOutputShapes(shapes));
        }

        @Override
        public Shape[] getOutputShapes(Shape[] shapes) {
            return second.getOutputShapes(first.getOutputShapes(shapes));
        }
    }

    @Test
    void handWrittenBlockTakesTheExactFallback() {
        Block block = sequence(linear(5), new HandWritten());
        try (Workbench bench = new Workbench(directory, block, 5, 4, 3, 4)) {
            bench.assertAgreesWithSlowTwin(bench.tracIn(CROSS_ENTROPY), CROSS_ENTROPY);
        }
    }

    @Test
    void walkerOpensAHandWrittenBlock() {
        Block block = sequence(linear(5), new HandWritten());
        try (Workbench bench = new Workbench(directory, block, 5, 4, 3, 4)) {
            TracIn.Builder builder =
                    bench.tracIn(CROSS_ENTROPY)
                            .addWalker(
                                    HandWritten.class,
                                    (b, in, children) -> {
                                        NDList hidden = children.forward(b.first, in);
                                        return children.forward(
                                                b.second, new NDList(hidden.head().tanh()));
                                    });
            bench.assertAgreesWithSlowTwin(builder, CROSS_ENTROPY);
            assertThat(builder.build().selfInfluence(bench.trainExamples()).byLayer().keySet())
                    .containsExactly("01Linear", "02HandWritten_01first", "02HandWritten_02second");
        }
    }

    @Test
    void parameterSharedWithAHiddenLayerStaysExact() {
        HandWritten hidden = new HandWritten();
        Block block = sequence(linear(4), hidden.first, Activation.tanhBlock(), hidden);
        try (Workbench bench = new Workbench(directory, block, 5, 4, 3, 4)) {
            bench.assertAgreesWithSlowTwin(bench.tracIn(CROSS_ENTROPY), CROSS_ENTROPY);
        }
    }

    @Test
    void overriddenForwardIsNotMistakenForItsParent() {
        Block block =
                new SequentialBlock() {
                    @Override
                    protected NDList forwardInternal(
                            ParameterStore store,
                            NDList inputs,
                            boolean training,
                            PairList<String, Object> params) {
                        NDList out = super.forwardInternal(store, inputs, training, params);
                        return new NDList(out.head().square());
                    }
                }.add(linear(3));
        try (Workbench bench = new Workbench(directory, block, 5, 4, 3, 4)) {
            bench.assertAgreesWithSlowTwin(bench.tracIn(SQUARES), SQUARES);
        }
    }

    @Test
    void residualNetworkOfTheModelZooAgrees() {
        Block block =
                ResNetV1.builder()
                        .setImageShape(new Shape(3, 16, 16))
                        .setNumLayers(8)
                        .setOutSize(3)
                        .build();
        try (Workbench bench = new Workbench(directory, block, 3, 2, 3, 3, 16, 16)) {
            scaleDown(bench);
            bench.assertAgreesWithSlowTwin(bench.tracIn(CROSS_ENTROPY), CROSS_ENTROPY);
        }
    }

    /** Keeps the activations of a deep random network in range. */
    private static void scaleDown(Workbench bench) {
        bench.checkpoints.clear();
        bench.block
                .getParameters()
                .forEach(
                        entry -> {
                            NDArray array = entry.getValue().getArray();
                            if (array.getShape().dimension() > 1) {
                                double fanIn = (double) array.size() / array.getShape().get(0);
                                try (NDArray scaled = array.div(Math.sqrt(fanIn))) {
                                    scaled.copyTo(array);
                                }
                            }
                        });
        bench.save(3, 0.1);
    }

    @Test
    void severalInputsWork() {
        Block block =
                sequence(
                        new SequentialBlock()
                                .add(
                                        inputs ->
                                                new NDList(
                                                        NDArrays.concat(
                                                                new NDList(
                                                                        inputs.head(),
                                                                        inputs.head()),
                                                                1))),
                        linear(3));
        try (Workbench bench = new Workbench(directory, block, 5, 4, 3, 4)) {
            bench.assertAgreesWithSlowTwin(bench.tracIn(CROSS_ENTROPY), CROSS_ENTROPY);
        }
    }
}
