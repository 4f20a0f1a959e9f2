package io.github.gradkit.examples.data;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipException;

/**
 * The file format of MNIST: a header of big-endian integers, then unsigned bytes.
 *
 * <p>Strict: a file of another kind, with too few or too many bytes, is refused.
 */
final class IdxFile {

    private static final int IMAGES_MAGIC = 0x00000803;
    private static final int LABELS_MAGIC = 0x00000801;
    private static final int MAX_SIDE = 4096;

    private IdxFile() {}

    /**
     * Images of one size.
     *
     * @param width pixels per row
     * @param height rows
     * @param pixels one row of unsigned bytes per image
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Images(int width, int height, byte[][] pixels) {}

    /** Reads an image file, plain or compressed with gzip. */
    static Images images(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return images(file.toString(), in);
        }
    }

    /** Reads a label file, plain or compressed with gzip. */
    static int[] labels(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return labels(file.toString(), in);
        }
    }

    static Images images(String name, InputStream raw) throws IOException {
        Reader reader = new Reader(name, raw);
        reader.magic(IMAGES_MAGIC, "images");
        int count = reader.dimension("images", Integer.MAX_VALUE);
        int height = reader.dimension("rows", MAX_SIDE);
        int width = reader.dimension("columns", MAX_SIDE);
        byte[][] pixels = new byte[Math.min(count, 1 << 16)][];
        for (int i = 0; i < count; i++) {
            if (i == pixels.length) {
                // Grown as images arrive, so that a false count can't claim the whole memory.
                pixels = Arrays.copyOf(pixels, (int) Math.min(count, 2L * i));
            }
            pixels[i] = reader.bytes(height * width, "image " + i + " of " + count);
        }
        reader.end();
        return new Images(width, height, pixels);
    }

    static int[] labels(String name, InputStream raw) throws IOException {
        Reader reader = new Reader(name, raw);
        reader.magic(LABELS_MAGIC, "labels");
        int count = reader.dimension("labels", Integer.MAX_VALUE);
        byte[] bytes = reader.bytes(count, count + " labels");
        reader.end();
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = bytes[i] & 0xFF;
        }
        return labels;
    }

    /** Reads one file and says what is wrong with it. */
    private static final class Reader {

        private final String name;
        private final DataInputStream in;

        Reader(String name, InputStream raw) throws IOException {
            this.name = name;
            try {
                in = new DataInputStream(DataFolder.unzipped(raw));
            } catch (EOFException | ZipException e) {
                throw damaged(e);
            }
        }

        void magic(int expected, String content) throws IOException {
            int magic = integer("the magic number");
            if (magic != expected) {
                throw new IOException(
                        String.format(
                                "%s is not an IDX file of %s: it starts with 0x%08x instead of"
                                        + " 0x%08x%s; check that the file is what its name says",
                                name, content, magic, expected, guess(magic)));
            }
        }

        private static String guess(int magic) {
            return switch (magic) {
                case IMAGES_MAGIC -> " (it holds images)";
                case LABELS_MAGIC -> " (it holds labels)";
                default -> "";
            };
        }

        int dimension(String what, int max) throws IOException {
            int value = integer("the number of " + what);
            if (value < 1 || value > max) {
                throw new IOException(
                        String.format(
                                "%s says it has %d %s, which must be 1 to %d; the file is damaged"
                                        + " or of another kind",
                                name, value, what, max));
            }
            return value;
        }

        private int integer(String what) throws IOException {
            try {
                return in.readInt();
            } catch (EOFException e) {
                throw truncated(what, e);
            } catch (ZipException e) {
                throw damaged(e);
            }
        }

        byte[] bytes(int count, String what) throws IOException {
            try {
                byte[] bytes = in.readNBytes(count);
                if (bytes.length < count) {
                    throw truncated(what, new EOFException());
                }
                return bytes;
            } catch (EOFException e) {
                throw truncated(what, e);
            } catch (ZipException e) {
                throw damaged(e);
            }
        }

        void end() throws IOException {
            try {
                if (in.read() >= 0) {
                    throw new IOException(
                            name
                                    + " goes on after the last value that its header announces; it"
                                    + " is damaged or of another kind");
                }
            } catch (EOFException | ZipException e) {
                throw damaged(e);
            }
        }

        private IOException truncated(String what, Exception cause) {
            return new IOException(
                    name + " is truncated: it ends before " + what + "; fetch it again", cause);
        }

        private IOException damaged(Exception cause) {
            return new IOException(
                    name + " can't be decompressed (" + cause.getMessage() + "); fetch it again",
                    cause);
        }
    }
}
