package io.github.gradkit.support.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileDamageTest {

    @TempDir private Path folder;
    private Path file;
    private NDManager manager;
    private byte[] good;
    private int headerBytes;

    @BeforeEach
    void open() throws IOException {
        file = folder.resolve("state.safetensors");
        manager = NDManager.newBaseManager();
        try (NDManager writing = NDManager.newBaseManager()) {
            good = TestState.small(file, writing);
        }
        headerBytes = good.length - 3 * Float.BYTES;
    }

    @AfterEach
    void close() {
        assertThat(manager.getManagedArrays()).isEmpty();
        manager.close();
    }

    @Test
    void everyChangedBitIsFound() throws IOException {
        for (int i = 0; i < good.length; i++) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                byte[] bad = good.clone();
                bad[i] ^= (byte) (1 << bit);
                rejected(bad, i < headerBytes);
            }
        }
    }

    @Test
    void everyByteReplacedByAnyOtherIsFoundInTheChecksums() throws IOException {
        String text = new String(good, StandardCharsets.ISO_8859_1);
        for (String field : new String[] {"header.crc32c\":\"", "data.crc32c\":\""}) {
            int start = text.indexOf(field) + field.length();
            for (int i = start; i < start + 8; i++) {
                for (int value = 0; value < 256; value++) {
                    byte[] bad = good.clone();
                    bad[i] = (byte) value;
                    if (bad[i] != good[i]) {
                        rejected(bad, true);
                    }
                }
            }
        }
    }

    @Test
    void everyTruncationIsFound() throws IOException {
        for (int length = 0; length < good.length; length++) {
            rejected(Arrays.copyOf(good, length), true);
        }
    }

    @Test
    void trailingBytesAreFound() throws IOException {
        for (int extra = 1; extra <= 16; extra++) {
            rejected(Arrays.copyOf(good, good.length + extra), true);
        }
    }

    @Test
    void swappedDataIsFound() throws IOException {
        byte[] bad = good.clone();
        System.arraycopy(good, headerBytes, bad, headerBytes + 4, 4);
        System.arraycopy(good, headerBytes + 4, bad, headerBytes, 4);

        rejected(bad, false);
    }

    @Test
    void messagesTellWhatIsWrongAndWhatToDo() throws IOException {
        byte[] bad = good.clone();
        bad[good.length - 1] ^= 1;
        assertThat(rejected(bad, false)).contains("data is damaged").contains("Restore");
        bad = good.clone();
        bad[headerBytes - 1] ^= 1;
        assertThat(rejected(bad, true)).contains("header is damaged").contains("Restore");
        assertThat(rejected(Arrays.copyOf(good, good.length - 1), true))
                .contains("cut off")
                .contains((good.length - 1) + " bytes instead of " + good.length);
        assertThat(rejected(Arrays.copyOf(good, good.length + 1), true)).contains("too many");
    }

    @Test
    void giganticHeaderLengthAllocatesNothing() throws IOException {
        for (long length :
                new long[] {99_999_999, Integer.MAX_VALUE, 1L << 40, Long.MAX_VALUE, -1, 0, 1}) {
            byte[] bad = good.clone();
            ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
            rejected(bad, true);
        }
    }

    @Test
    void giganticShapeInAWellSignedHeaderAllocatesNothing() throws IOException {
        String json = new String(good, 8, headerBytes - 8, StandardCharsets.UTF_8);
        String huge = "[" + (1L << 40) + "],\"data_offsets\":[0," + (1L << 42) + "]";
        assertThat(rejected(signed(json.replace("[3],\"data_offsets\":[0,12]", huge)), true))
                .contains("cut off");
        String overflow = "[" + (1L << 40) + "," + (1L << 40) + "],\"data_offsets\":[0,0]";
        rejected(signed(json.replace("[3],\"data_offsets\":[0,12]", overflow)), true);
        rejected(signed(json.replace("\"data_offsets\":[0,12]", "\"data_offsets\":[4,16]")), true);
        rejected(signed(json.replace("[3]", "[-3]")), true);
        rejected(signed(json.replace("\"F32\"", "\"F8\"")), true);
        rejected(signed(json.replace("\"dtype\"", "\"type\"")), true);
        rejected(signed(json.substring(0, json.lastIndexOf('}')) + " "), true);
    }

    @Test
    void newerContainerIsRejectedWithAHint() throws IOException {
        String json = new String(good, 8, headerBytes - 8, StandardCharsets.UTF_8);

        assertThat(rejected(signed(json.replace("format\":\"1\"", "format\":\"2\"")), true))
                .contains("version 2")
                .contains("Update Gradkit");
    }

    @Test
    void foreignFilesAreRejected() throws IOException {
        try (NDManager writing = NDManager.newBaseManager();
                OutputStream out = Files.newOutputStream(file)) {
            NDArray array = writing.create(new float[] {1});
            array.setName("a");
            new NDList(array).encode(out, NDList.Encoding.SAFETENSORS);
        }
        assertThat(rejected(Files.readAllBytes(file), true)).contains("not a state file");
        rejected("PK\3\4 and so on, as zip files begin".getBytes(StandardCharsets.UTF_8), true);
        rejected(new byte[4096], true);
        rejected("{}".getBytes(StandardCharsets.UTF_8), true);
    }

    @Test
    void missingFileAndFolderAreRejected() {
        assertThatExceptionOfType(StateFileException.class)
                .isThrownBy(() -> StateFile.read(folder.resolve("none"), manager))
                .withMessageContaining("none")
                .withMessageContaining("does not exist");
        assertThatExceptionOfType(StateFileException.class)
                .isThrownBy(() -> StateFile.readHeader(folder))
                .withMessageContaining("folder");
    }

    @Test
    void wrongKindVersionAndModelAreRejected() throws IOException {
        StateHeader header = StateHeader.of("kind-a", 3, "abc");
        StateFile.write(file, header, Map.of());
        StateFile read = StateFile.read(file, manager);

        read.require("kind-a", 3, "abc");
        read.require("kind-a", 4, "abc");
        header.require(file, "kind-a", 3);
        refuses(read, "kind-b", 3, "abc", "'kind-a', but 'kind-b'");
        refuses(read, "kind-a", 2, "abc", "up to 2");
        refuses(read, "kind-a", 3, "abd", "fingerprint abc");
    }

    private void refuses(StateFile read, String kind, int version, String model, String message) {
        assertThatExceptionOfType(StateFileException.class)
                .isThrownBy(() -> read.require(kind, version, model))
                .withMessageContaining(file.toString())
                .withMessageContaining(message);
    }

    /** Reads damaged bytes and returns the message; the header alone must be rejected if asked. */
    private String rejected(byte[] bytes, boolean byHeaderToo) throws IOException {
        Files.write(file, bytes);
        if (byHeaderToo) {
            assertThatExceptionOfType(StateFileException.class)
                    .isThrownBy(() -> StateFile.readHeader(file))
                    .withMessageContaining(file.toString());
        }
        try {
            StateFile.read(file, manager);
        } catch (StateFileException e) {
            assertThat(e).hasMessageContaining(file.toString());
            assertThat(manager.getManagedArrays()).isEmpty();
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("The damage was not found in " + Arrays.toString(bytes));
    }

    /** A file with the given JSON and right header checksum, as a faulty writer might make it. */
    private byte[] signed(String json) {
        byte[] text = json.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + 12);
        bytes.order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).put(text);
        bytes.put(good, headerBytes, 12);
        byte[] header = Arrays.copyOf(bytes.array(), 8 + text.length);
        byte[] crc = FileLayout.crc(header).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(crc, 0, bytes.array(), 8 + FileLayout.START.length(), crc.length);
        return bytes.array();
    }
}
