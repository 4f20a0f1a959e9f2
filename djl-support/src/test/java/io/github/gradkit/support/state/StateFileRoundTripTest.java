package io.github.gradkit.support.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.support.TestModels;
import io.github.gradkit.support.model.ParameterPaths;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateFileRoundTripTest {

    @TempDir private Path folder;
    private Path file;
    private NDManager manager;

    @BeforeEach
    void open() {
        file = folder.resolve("state.safetensors");
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 16, ArrayBytes.PIECE_BYTES})
    void everyTypeAndShapeComesBackBitForBit(int pieceBytes) throws IOException {
        Map<String, NDArray> arrays = TestState.arrays(manager);

        StateFileWriter.write(file, TestState.HEADER, arrays, pieceBytes);
        StateFile read = StateFileReader.read(file, manager, pieceBytes);

        assertThat(read.header()).isEqualTo(TestState.HEADER);
        assertThat(read.arrays().keySet()).containsExactlyElementsOf(arrays.keySet());
        arrays.forEach(
                (name, array) -> {
                    NDArray copy = read.arrays().get(name);
                    assertThat(copy.getShape()).isEqualTo(array.getShape());
                    assertThat(TestModels.bits(copy)).isEqualTo(TestModels.bits(array));
                    assertThat(copy.getName()).isEqualTo(name);
                    assertThat(copy.getManager()).isSameAs(manager);
                });
    }

    @Test
    void headerAloneIsRead() throws IOException {
        StateFile.write(file, TestState.HEADER, TestState.arrays(manager));

        assertThat(StateFile.readHeader(file)).isEqualTo(TestState.HEADER);
    }

    @Test
    void fileWithoutArraysSeedAndPropertiesComesBack() throws IOException {
        StateHeader header = StateHeader.of("nothing", 1, "");
        StateFile.write(file, header, Map.of());

        StateFile read = StateFile.read(file, manager);

        assertThat(read.header()).isEqualTo(header);
        assertThat(read.header().seed()).isEmpty();
        assertThat(read.arrays()).isEmpty();
    }

    @Test
    void propertiesKeepTheirOrderAndExtremeSeedsTheirValue() throws IOException {
        StateHeader header =
                StateHeader.of("k", 1, "f")
                        .withSeed(Long.MIN_VALUE)
                        .withProperty("z", "1")
                        .withProperty("a", "")
                        .withProperty("m", "3");
        StateFile.write(file, header, Map.of());

        StateHeader read = StateFile.readHeader(file);

        assertThat(read.seed()).hasValue(Long.MIN_VALUE);
        assertThat(read.properties().keySet()).containsExactly("z", "a", "m");
    }

    @Test
    void olderFileIsReplaced() throws IOException {
        StateFile.write(file, TestState.HEADER, TestState.arrays(manager));
        StateFile.write(file, StateHeader.of("new", 1, ""), Map.of());

        assertThat(StateFile.readHeader(file).kind()).isEqualTo("new");
        assertThat(TestState.names(folder)).containsExactly("state.safetensors");
    }

    @Test
    void viewsAndTransposedArraysAreWrittenAsTheyLook() throws IOException {
        NDArray array = manager.arange(12f).reshape(3, 4);
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        arrays.put("transposed", array.transpose());
        arrays.put("column", array.get(":, 1"));
        StateFileWriter.write(file, TestState.HEADER, arrays, 8);

        StateFile read = StateFile.read(file, manager);

        arrays.forEach((name, written) -> assertThat(read.arrays().get(name)).isEqualTo(written));
    }

    @Test
    void parametersOfAModelAreWrittenWithoutTouchingThem() throws IOException {
        try (Model model = TestModels.network()) {
            TestModels.backward(model.getBlock(), manager, 1);
            Map<String, String> values = TestModels.values(model.getBlock());
            Map<String, String> gradients = TestModels.gradients(model.getBlock());
            StateFile.write(file, TestState.HEADER, parameters(model));

            Map<String, NDArray> read = StateFile.read(file, manager).arrays();

            Map<String, String> bits = new LinkedHashMap<>();
            read.forEach((name, array) -> bits.put(name, TestModels.bits(array)));
            assertThat(bits).isEqualTo(values);
            assertThat(read.values()).noneMatch(NDArray::hasGradient);
            assertThat(TestModels.gradients(model.getBlock())).isEqualTo(gradients);
        }
    }

    @Test
    void fiveHundredUsesLeaveNoArrayBehind() throws IOException {
        try (Model model = TestModels.network();
                NDManager reading = NDManager.newBaseManager()) {
            Map<String, NDArray> arrays = new LinkedHashMap<>(parameters(model));
            arrays.put("transposed", model.getNDManager().ones(new Shape(2, 3)).transpose());
            int before = model.getNDManager().getManagedArrays().size();
            for (int i = 0; i < 500; i++) {
                StateFileWriter.write(file, TestState.HEADER, arrays, 16);
                StateFileReader.read(file, reading, 16).arrays().values().forEach(NDArray::close);
            }

            assertThat(model.getNDManager().getManagedArrays()).hasSize(before);
            assertThat(reading.getManagedArrays()).isEmpty();
        }
    }

    @Test
    void reservedNameIsRejectedBeforeAnythingIsWritten() throws IOException {
        Map<String, NDArray> arrays = Map.of("__metadata__", manager.create(1f));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> StateFile.write(file, TestState.HEADER, arrays))
                .withMessageContaining("reserves");
        assertThat(TestState.names(folder)).isEmpty();
    }

    @Test
    void unsupportedTypeIsRejectedBeforeAnythingIsWritten() throws IOException {
        NDArray array = manager.create("text");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> StateFile.write(file, TestState.HEADER, Map.of("words", array)))
                .withMessageContaining("'words'")
                .withMessageContaining("string");
        assertThat(TestState.names(folder)).isEmpty();
    }

    @Test
    void closedArrayLeavesTheOldFileAndNoTemporaryOne() throws IOException {
        StateFile.write(file, StateHeader.of("old", 1, ""), Map.of());
        NDArray open = manager.create(1f);
        NDArray closed = manager.ones(new Shape(4));
        closed.getShape();
        closed.getDataType();
        closed.close();
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        arrays.put("open", open);
        arrays.put("closed", closed);

        assertThatThrownBy(() -> StateFile.write(file, TestState.HEADER, arrays))
                .isInstanceOf(IllegalStateException.class);
        assertThat(StateFile.readHeader(file).kind()).isEqualTo("old");
        assertThat(TestState.names(folder)).containsExactly("state.safetensors");
    }

    @Test
    void headerRejectsBlankKindAndVersionZero() {
        assertThatIllegalArgumentException().isThrownBy(() -> StateHeader.of(" ", 1, ""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StateHeader.of("k", 0, ""))
                .withMessageContaining("0");
    }

    private static Map<String, NDArray> parameters(Model model) {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        ParameterPaths.of(model.getBlock())
                .forEach((path, parameter) -> arrays.put(path, parameter.getArray()));
        return arrays;
    }
}
