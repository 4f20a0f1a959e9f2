package io.github.gradkit.support.state;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** Writes state files. */
final class StateFileWriter {

    private StateFileWriter() {}

    static void write(Path file, StateHeader header, Map<String, NDArray> arrays)
            throws StateFileException {
        write(file, header, arrays, ArrayBytes.PIECE_BYTES);
    }

    static void write(Path file, StateHeader header, Map<String, NDArray> arrays, int pieceBytes)
            throws StateFileException {
        List<TensorEntry> entries = entries(arrays);
        AtomicReplace.run(
                file, channel -> fill(channel, header, entries, arrays.values(), pieceBytes));
    }

    private static List<TensorEntry> entries(Map<String, NDArray> arrays) {
        List<TensorEntry> entries = new ArrayList<>();
        long begin = 0;
        for (Map.Entry<String, NDArray> array : arrays.entrySet()) {
            if (array.getKey().equals(LayoutJson.METADATA)) {
                throw new IllegalArgumentException(
                        "No array may be named '"
                                + LayoutJson.METADATA
                                + "': the safetensors format reserves that name. Choose another.");
            }
            TensorEntry entry = TensorEntry.at(begin, array.getKey(), array.getValue());
            begin = entry.end();
            entries.add(entry);
        }
        return List.copyOf(entries);
    }

    private static void fill(
            FileChannel channel,
            StateHeader header,
            List<TensorEntry> entries,
            Iterable<NDArray> arrays,
            int pieceBytes)
            throws IOException {
        // Without its checksums the header already has its final length, and keeps its place.
        put(channel, new FileLayout(header, entries, Crc.UNKNOWN).toBytes());
        CRC32C crc = new CRC32C();
        ArrayBytes bytes = new ArrayBytes(channel, crc, pieceBytes);
        for (NDArray array : arrays) {
            bytes.write(array);
        }
        channel.position(0);
        put(channel, new FileLayout(header, entries, Crc.text(crc)).toBytes());
    }

    private static void put(FileChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
