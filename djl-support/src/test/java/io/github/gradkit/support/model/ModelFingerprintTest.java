package io.github.gradkit.support.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.LayerNorm;
import io.github.gradkit.support.ChildJvm;
import io.github.gradkit.support.TestModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModelFingerprintTest {

    @Test
    void twoProcessesAgree() throws IOException, InterruptedException {
        Process child =
                new ProcessBuilder(ChildJvm.command(FingerprintProgram.class))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        String printed =
                new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();

        assertThat(child.waitFor()).isZero();
        try (Model model = TestModels.network()) {
            assertThat(ModelFingerprint.of(model.getBlock()))
                    .isEqualTo(printed)
                    .matches("[0-9a-f]{64}");
        }
    }

    @Test
    void valuesDoNotEnter() {
        try (Model model = TestModels.network()) {
            String before = ModelFingerprint.of(model.getBlock());
            ParameterPaths.of(model.getBlock()).values().iterator().next().getArray().addi(1);

            assertThat(ModelFingerprint.of(model.getBlock())).isEqualTo(before);
        }
    }

    @Test
    void shapeNameOrderTypeAndNumberEnter() {
        try (NDManager manager = NDManager.newBaseManager()) {
            DataType single = DataType.FLOAT32;
            List<String> all =
                    List.of(
                            of(manager, single, linear(4), BatchNorm.builder().build()),
                            of(manager, single, linear(5), BatchNorm.builder().build()),
                            of(manager, single, BatchNorm.builder().build(), linear(4)),
                            of(manager, single, linear(4), LayerNorm.builder().build()),
                            of(manager, DataType.FLOAT64, linear(4), BatchNorm.builder().build()),
                            of(manager, single, linear(4)),
                            of(manager, single));
            Set<String> different = new HashSet<>(all);

            assertThat(different).hasSameSizeAs(all);
        }
    }

    @Test
    void uninitialisedModelIsRejected() {
        assertThatIllegalStateException()
                .isThrownBy(() -> ModelFingerprint.of(TestModels.layers()));
    }

    private static Block linear(int units) {
        return Linear.builder().setUnits(units).build();
    }

    private static String of(NDManager manager, DataType type, Block... blocks) {
        SequentialBlock block = new SequentialBlock().addAll(blocks);
        block.initialize(manager, type, new Shape(2, 4));
        return ModelFingerprint.of(block);
    }
}
