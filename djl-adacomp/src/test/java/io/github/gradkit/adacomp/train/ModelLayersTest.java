package io.github.gradkit.adacomp.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Embedding;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.PairList;
import io.github.gradkit.adacomp.compress.LayerKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModelLayersTest {

    private final Model model = Model.newInstance("model");

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void guessesTheKindOfForeignWeightsByTheirShape() {
        Foreign block =
                new Foreign()
                        .with("kernels", Parameter.Type.WEIGHT, new Shape(4, 3, 5))
                        .with("table", Parameter.Type.WEIGHT, new Shape(4, 3))
                        .with("positions", Parameter.Type.OTHER, new Shape(1, 4, 3))
                        .with("shift", Parameter.Type.BIAS, new Shape(4))
                        .with("scale", Parameter.Type.GAMMA, new Shape(4));
        assertThat(layers(block).specs())
                .extracting("kind")
                .containsExactly(
                        LayerKind.CONVOLUTION,
                        LayerKind.OTHER,
                        LayerKind.OTHER,
                        LayerKind.BIAS,
                        LayerKind.BIAS);
    }

    @Test
    void knowsTheKindOfLayersOfDjl() {
        try (Model cnn = TestLearning.cnn()) {
            assertThat(ModelLayers.of(cnn.getBlock()).specs())
                    .extracting("kind")
                    .containsExactly(
                            LayerKind.CONVOLUTION,
                            LayerKind.BIAS,
                            LayerKind.BIAS,
                            LayerKind.BIAS,
                            LayerKind.FULLY_CONNECTED,
                            LayerKind.BIAS);
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesASparseGradient(PackingPlace place) {
        ModelLayers layers =
                layers(new Foreign().with("words", Parameter.Type.WEIGHT, new Shape(5, 2)));
        NDArray table = layers.parameters().get(0).getArray();
        try (NDManager scratch = model.getNDManager().newSubManager();
                GradientCollector collector =
                        table.getManager().getEngine().newGradientCollector()) {
            NDArray words = scratch.create(new long[] {1, 3});
            collector.backward(
                    Embedding.embedding(words, table, SparseFormat.COO).singletonOrThrow().sum());
            assertThatIllegalStateException()
                    .isThrownBy(() -> layers.gradients(place, scratch))
                    .withMessageContaining("'words'")
                    .withMessageContaining("COO")
                    .withMessageContaining("SparseFormat.DENSE");
        }
    }

    private ModelLayers layers(Foreign block) {
        model.setBlock(block);
        block.setInitializer(Initializer.ONES, parameter -> true);
        block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1));
        return ModelLayers.of(block);
    }

    /** A block that is not of DJL, with parameters of its own. */
    private static final class Foreign extends AbstractBlock {

        Foreign with(String name, Parameter.Type type, Shape shape) {
            addParameter(Parameter.builder().setName(name).setType(type).optShape(shape).build());
            return this;
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore store,
                NDList inputs,
                boolean training,
                PairList<String, Object> arguments) {
            return inputs;
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputs) {
            return inputs;
        }
    }
}
