package io.github.gradkit.support.state;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/** Reads state files. Nothing in a file is believed before its checksum has been verified. */
final class StateFileReader {

    private static final String RECOVER =
            " Restore the file from a copy, use an older one, or write it anew.";

    private StateFileReader() {}

    static StateHeader readHeader(Path file) throws StateFileException {
        return withChannel(file, channel -> readLayout(file, channel).header());
    }

    static StateFile read(Path file, NDManager manager) throws StateFileException {
        return read(file, manager, ArrayBytes.PIECE_BYTES);
    }

    static StateFile read(Path file, NDManager manager, int pieceBytes) throws StateFileException {
        return withChannel(file, channel -> readAll(file, channel, manager, pieceBytes));
    }

    private interface Reading<T> {
        T apply(FileChannel channel) throws IOException;
    }

    private static <T> T withChannel(Path file, Reading<T> reading) throws StateFileException {
        if (Files.isDirectory(file)) {
            throw StateFileException.of(file, "It is a folder. Give the path of a file.");
        }
        try {
            return Uninterrupted.run(() -> open(file, reading));
        } catch (StateFileException e) {
            throw e;
        } catch (NoSuchFileException e) {
            throw StateFileException.of(file, "It does not exist. Check the path.", e);
        } catch (IOException e) {
            throw StateFileException.of(
                    file, "It could not be read: " + e + ". Check the disk and the rights.", e);
        }
    }

    private static <T> T open(Path file, Reading<T> reading) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return reading.apply(channel);
        }
    }

    private static StateFile readAll(
            Path file, FileChannel channel, NDManager manager, int pieceBytes) throws IOException {
        FileLayout layout = readLayout(file, channel);
        try (NDManager loading = manager.newSubManager()) {
            CRC32C crc = new CRC32C();
            ArrayBytes bytes = new ArrayBytes(channel, crc, pieceBytes);
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            for (TensorEntry entry : layout.entries()) {
                NDArray array = bytes.read(entry, loading);
                array.setName(entry.name());
                arrays.put(entry.name(), array);
            }
            if (!Crc.text(crc).equals(layout.dataCrc())) {
                throw StateFileException.of(
                        file,
                        "The data is damaged: its checksum is "
                                + Crc.text(crc)
                                + " instead of "
                                + layout.dataCrc()
                                + "."
                                + RECOVER);
            }
            arrays.values().forEach(array -> array.attach(manager));
            return new StateFile(file, layout.header(), arrays);
        }
    }

    /** Reads the header and leaves the channel at the first byte of the data. */
    private static FileLayout readLayout(Path file, FileChannel channel) throws IOException {
        byte[] bytes = readHeaderBytes(file, channel);
        if (!FileLayout.startsRight(bytes)) {
            throw notAStateFile(file);
        }
        if (!FileLayout.crc(bytes).equals(FileLayout.writtenCrc(bytes))) {
            throw StateFileException.of(
                    file, "The header is damaged: its checksum is wrong." + RECOVER);
        }
        FileLayout layout = parse(file, bytes);
        long expected = bytes.length + layout.dataBytes();
        if (channel.size() != expected) {
            throw wrongSize(file, channel.size(), expected);
        }
        return layout;
    }

    private static byte[] readHeaderBytes(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < FileLayout.LENGTH_BYTES) {
            throw StateFileException.of(
                    file, "It is cut off: it has only " + size + " bytes." + RECOVER);
        }
        ByteBuffer prefix = ByteBuffer.allocate(FileLayout.LENGTH_BYTES);
        readFully(file, channel, prefix);
        long length = prefix.order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        if (length < 2 || length > FileLayout.MAX_JSON_BYTES) {
            throw notAStateFile(file);
        }
        if (length > size - FileLayout.LENGTH_BYTES) {
            throw StateFileException.of(
                    file,
                    "It is cut off or damaged: its header should have "
                            + length
                            + " bytes, but the whole file has "
                            + size
                            + "."
                            + RECOVER);
        }
        ByteBuffer bytes = ByteBuffer.allocate(FileLayout.LENGTH_BYTES + (int) length);
        readFully(file, channel, bytes.put(prefix.flip()));
        return bytes.array();
    }

    private static void readFully(Path file, FileChannel channel, ByteBuffer buffer)
            throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw StateFileException.of(
                        file, "It became shorter while it was read. Read it again.");
            }
        }
    }

    private static FileLayout parse(Path file, byte[] bytes) throws StateFileException {
        int start = FileLayout.LENGTH_BYTES;
        String json = new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8);
        try {
            int format = LayoutJson.format(json);
            if (format > LayoutJson.FORMAT) {
                throw StateFileException.of(
                        file,
                        "It is in version "
                                + format
                                + " of the container format, but this program understands versions"
                                + " up to "
                                + LayoutJson.FORMAT
                                + ". Update Gradkit to the release that wrote the file.");
            }
            return LayoutJson.read(json);
        } catch (RuntimeException e) {
            // The checksum is right, so the writer was wrong; whatever Gson or a record objects to.
            throw StateFileException.of(
                    file, "Its header was not written by Gradkit: " + e.getMessage() + RECOVER, e);
        }
    }

    private static StateFileException wrongSize(Path file, long size, long expected) {
        return StateFileException.of(
                file,
                (size < expected ? "It is cut off: it has " : "It has bytes too many: it has ")
                        + size
                        + " bytes instead of "
                        + expected
                        + "."
                        + RECOVER);
    }

    private static StateFileException notAStateFile(Path file) {
        return StateFileException.of(
                file,
                "It is not a state file of Gradkit, or its first bytes are damaged. Check that the"
                        + " path is the right one.");
    }
}
