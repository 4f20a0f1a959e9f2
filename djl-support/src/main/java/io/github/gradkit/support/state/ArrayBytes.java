package io.github.gradkit.support.state;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/**
 * Moves the bytes of arrays to and from a file, piece by piece.
 *
 * <p>Pieces keep the extra memory small and get round the 2 GiB limit of a Java buffer.
 */
final class ArrayBytes {

    static final int PIECE_BYTES = 1 << 24;

    private final FileChannel channel;
    private final CRC32C crc;
    private final int pieceBytes;

    ArrayBytes(FileChannel channel, CRC32C crc, int pieceBytes) {
        this.channel = channel;
        this.crc = crc;
        this.pieceBytes = pieceBytes;
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new UnsupportedOperationException(
                    "State files are little-endian, but this processor is big-endian. Use them on"
                            + " a little-endian machine, such as x86-64 or ARM64.");
        }
    }

    /** Appends the data of the array to the file. */
    void write(NDArray array) throws IOException {
        // Everything made on the way belongs to the sub-manager: the array's own stays as it was.
        try (NDManager scratch = array.getManager().newSubManager()) {
            NDArray detached = array.stopGradient();
            detached.attach(scratch);
            NDArray flat = detached.reshape(-1);
            int piece = piece(array.getDataType().getNumOfBytes());
            for (long from = 0; from < flat.size(); from += piece) {
                writePiece(flat, from, Math.min(from + piece, flat.size()));
            }
        }
    }

    private void writePiece(NDArray flat, long from, long to) throws IOException {
        try (NDManager scratch = flat.getManager().newSubManager()) {
            NDArray part = flat.get(slice(from, to));
            part.attach(scratch);
            ByteBuffer bytes = part.toByteBuffer(true);
            crc.update(bytes.duplicate());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    /** Reads the next bytes of the file into a new array on the given manager. */
    NDArray read(TensorEntry entry, NDManager manager) throws IOException {
        NDArray array = manager.create(entry.shape(), entry.type());
        if (entry.begin() == entry.end()) {
            return array;
        }
        int width = entry.type().getNumOfBytes();
        int piece = (int) Math.min(piece(width), array.size());
        ByteBuffer buffer = ByteBuffer.allocateDirect(piece * width);
        buffer.order(ByteOrder.nativeOrder());
        try (NDArray flat = array.reshape(-1)) {
            for (long from = 0; from < flat.size(); from += piece) {
                int count = (int) Math.min(piece, flat.size() - from);
                fill(buffer.limit(count * width).rewind());
                // An array made from the buffer would go on using it: hence the copy by set.
                try (NDArray part = manager.create(buffer, new Shape(count), entry.type())) {
                    flat.set(slice(from, from + count), part);
                }
            }
        }
        return array;
    }

    private void fill(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("The file became shorter while it was read.");
            }
        }
        crc.update(buffer.rewind());
        buffer.rewind();
    }

    private int piece(int width) {
        return Math.max(1, pieceBytes / width);
    }

    private static NDIndex slice(long from, long to) {
        return new NDIndex().addSliceDim(from, to);
    }
}
