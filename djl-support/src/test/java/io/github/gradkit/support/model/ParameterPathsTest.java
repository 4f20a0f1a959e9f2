package io.github.gradkit.support.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.BlockList;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import io.github.gradkit.support.TestModels;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ParameterPathsTest {

    @Test
    void everyParameterIsListedInTheOrderOfTheBlock() {
        try (Model model = TestModels.network()) {
            Map<String, Parameter> paths = ParameterPaths.of(model.getBlock());

            assertThat(paths.keySet())
                    .containsExactly(
                            "01Linear_weight",
                            "01Linear_bias",
                            "02BatchNorm_gamma",
                            "02BatchNorm_beta",
                            "02BatchNorm_runningMean",
                            "02BatchNorm_runningVar",
                            "04Linear_weight",
                            "04Linear_bias");
            assertThat(paths.keySet())
                    .containsExactlyElementsOf(model.getBlock().getParameters().keys());
        }
    }

    @Test
    void twoModelsOfTheSameArchitectureHaveTheSamePaths() {
        try (Model one = TestModels.network();
                Model two = TestModels.network()) {
            assertThat(ParameterPaths.of(one.getBlock()).keySet())
                    .containsExactlyElementsOf(ParameterPaths.of(two.getBlock()).keySet());
        }
    }

    @Test
    void blockUsedTwiceIsListedUnderItsFirstPath() {
        Linear shared = Linear.builder().setUnits(4).build();
        SequentialBlock block = new SequentialBlock().add(shared).add(shared);
        try (NDManager manager = NDManager.newBaseManager()) {
            block.initialize(manager, DataType.FLOAT32, new Shape(2, 4));

            assertThat(ParameterPaths.of(block).keySet())
                    .containsExactly("01Linear_weight", "01Linear_bias");
        }
    }

    @Test
    void nestedBlocksAreJoinedByAnUnderscore() {
        Block inner =
                new SequentialBlock().add(Linear.builder().setUnits(2).optBias(false).build());
        ParallelBlock block = new ParallelBlock(outputs -> outputs.get(0)).add(inner);
        try (NDManager manager = NDManager.newBaseManager()) {
            block.initialize(manager, DataType.FLOAT32, new Shape(2, 4));

            assertThat(ParameterPaths.of(block).keySet())
                    .containsExactly("01SequentialBlock_01Linear_weight");
        }
    }

    @Test
    void blockWithoutParametersHasNoPaths() {
        assertThat(ParameterPaths.of(new SequentialBlock())).isEmpty();
    }

    @Test
    void uninitialisedParameterIsNamedWithARemedy() {
        assertThatIllegalStateException()
                .isThrownBy(() -> ParameterPaths.of(TestModels.layers()))
                .withMessageContaining("01Linear_weight")
                .withMessageContaining("trainer.initialize");
    }

    @Test
    void twoParametersWithOnePathAreRejected() {
        try (NDManager manager = NDManager.newBaseManager()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ParameterPaths.of(new Ambiguous(manager)))
                    .withMessageContaining("same_path");
        }
    }

    @Test
    void listCannotBeChanged() {
        try (Model model = TestModels.network()) {
            Map<String, Parameter> paths = ParameterPaths.of(model.getBlock());

            assertThatThrownBy(paths::clear).isInstanceOf(UnsupportedOperationException.class);
        }
    }

    /** A block whose parameter list names two parameters alike. */
    private static final class Ambiguous extends SequentialBlock {
        private final NDManager manager;

        Ambiguous(NDManager manager) {
            this.manager = manager;
        }

        @Override
        public ParameterList getParameters() {
            ParameterList list = new ParameterList();
            list.add("same_path", parameter());
            list.add("same_path", parameter());
            return list;
        }

        @Override
        public BlockList getChildren() {
            return new BlockList();
        }

        private Parameter parameter() {
            Parameter parameter =
                    Parameter.builder().setName("p").setType(Parameter.Type.OTHER).build();
            parameter.setArray(manager.zeros(new Shape(2)));
            return parameter;
        }
    }
}
