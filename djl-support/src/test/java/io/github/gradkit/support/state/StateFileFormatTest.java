package io.github.gradkit.support.state;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.gradkit.support.TestModels;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the format still: other tools and older files depend on it. */
class StateFileFormatTest {

    @TempDir private Path folder;
    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void goldenFileIsRead() throws IOException, URISyntaxException {
        StateFile read = StateFile.read(golden(), manager);

        assertThat(read.header()).isEqualTo(TestState.HEADER);
        TestState.arrays(manager)
                .forEach(
                        (name, array) ->
                                assertThat(TestModels.bits(read.arrays().get(name)))
                                        .isEqualTo(TestModels.bits(array)));
        assertThat(read.arrays()).hasSize(11);
    }

    @Test
    void goldenFileIsWrittenByteForByte() throws IOException, URISyntaxException {
        Path file = folder.resolve("again");
        StateFile.write(file, TestState.HEADER, TestState.arrays(manager));

        assertThat(file).hasSameBinaryContentAs(golden());
    }

    @Test
    void djlReadsTheArrays() throws IOException, URISyntaxException {
        Map<String, NDArray> arrays = TestState.arrays(manager);
        try (InputStream in = Files.newInputStream(golden())) {
            NDList list = NDList.decode(manager, in);

            assertThat(list)
                    .extracting(NDArray::getName)
                    .containsExactlyElementsOf(arrays.keySet());
            list.forEach(
                    array ->
                            assertThat(TestModels.bits(array))
                                    .isEqualTo(TestModels.bits(arrays.get(array.getName()))));
        }
    }

    @Test
    void headerFollowsTheSafetensorsFormat() throws IOException, URISyntaxException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(golden()));
        int length = Math.toIntExact(bytes.order(ByteOrder.LITTLE_ENDIAN).getLong());
        byte[] text = new byte[length];
        bytes.get(text);
        JsonObject root =
                JsonParser.parseString(new String(text, StandardCharsets.UTF_8)).getAsJsonObject();

        assertThat(length % 8).isZero();
        for (JsonElement value : root.getAsJsonObject("__metadata__").asMap().values()) {
            assertThat(value.getAsJsonPrimitive().isString()).isTrue();
        }
        long end = 0;
        for (Map.Entry<String, JsonElement> tensor : root.entrySet()) {
            if (!tensor.getKey().equals("__metadata__")) {
                JsonObject json = tensor.getValue().getAsJsonObject();
                assertThat(json.keySet()).containsExactly("dtype", "shape", "data_offsets");
                assertThat(json.getAsJsonArray("data_offsets").get(0).getAsLong()).isEqualTo(end);
                end = json.getAsJsonArray("data_offsets").get(1).getAsLong();
            }
        }
        assertThat(bytes.remaining()).isEqualTo(end);
        assertThat(bytes.getFloat()).isEqualTo(1);
    }

    private static Path golden() throws URISyntaxException {
        URL url = StateFileFormatTest.class.getResource("/golden-state-1.safetensors");
        return Path.of(Objects.requireNonNull(url).toURI());
    }
}
