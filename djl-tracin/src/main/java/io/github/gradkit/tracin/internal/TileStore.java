package io.github.gradkit.tracin.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Running sums of the score matrix, in tiles of some consecutive training examples against all test
 * examples.
 *
 * <p>Checkpoints are the outermost loop of an analysis, so no score is final before the last one. A
 * matrix that fits the given memory is kept on the heap, a larger one in a temporary file that
 * vanishes on close.
 */
public sealed interface TileStore extends AutoCloseable {

    /**
     * Creates a store of zeros.
     *
     * @param layout the sizes
     * @param heapBytes how much heap may be used; a larger matrix goes to a file
     * @return the store
     */
    static TileStore create(Layout layout, long heapBytes) {
        return layout.bytes() <= heapBytes ? new OnHeap(layout) : OnDisk.create(layout);
    }

    /**
     * Adds scores to a tile.
     *
     * @param tile the tile's number
     * @param firstTest the first test example
     * @param scores for each test example from there on, one score per training example of the tile
     * @param count how many of the scores to add
     */
    void add(int tile, int firstTest, float[] scores, int count);

    /**
     * Reads a tile.
     *
     * @param tile the tile's number
     * @return {@code scores[test * width + train]}; not to be changed
     */
    float[] read(int tile);

    /**
     * Returns the sizes.
     *
     * @return the layout
     */
    Layout layout();

    @Override
    void close();

    /**
     * The sizes of a score matrix and its tiles.
     *
     * @param tests the number of test examples
     * @param trains the number of training examples
     * @param tileWidth training examples per tile; the last tile may have fewer
     */
    record Layout(int tests, int trains, int tileWidth) {

        /**
         * Returns the number of tiles.
         *
         * @return the count
         */
        public int tiles() {
            return (trains + tileWidth - 1) / tileWidth;
        }

        /**
         * Returns the number of training examples in a tile.
         *
         * @param tile the tile's number
         * @return the count
         */
        public int width(int tile) {
            return Math.min(tileWidth, trains - tile * tileWidth);
        }

        long bytes() {
            return 4L * tests * trains;
        }

        int values(int tile) {
            return Math.multiplyExact(tests, width(tile));
        }
    }

    /** Keeps all tiles in arrays. */
    final class OnHeap implements TileStore {

        private final Layout layout;
        private final float[][] tiles;

        private OnHeap(Layout layout) {
            this.layout = layout;
            this.tiles = new float[layout.tiles()][];
            for (int tile = 0; tile < tiles.length; tile++) {
                tiles[tile] = new float[layout.values(tile)];
            }
        }

        @Override
        public void add(int tile, int firstTest, float[] scores, int count) {
            float[] sums = tiles[tile];
            int offset = firstTest * layout.width(tile);
            for (int i = 0; i < count; i++) {
                sums[offset + i] += scores[i];
            }
        }

        @Override
        public float[] read(int tile) {
            return tiles[tile];
        }

        @Override
        public Layout layout() {
            return layout;
        }

        @Override
        public void close() {
            // nothing but heap
        }
    }

    /** Keeps all tiles in a temporary file. */
    final class OnDisk implements TileStore {

        private final Layout layout;
        private final Path path;
        private final FileChannel file;

        private OnDisk(Layout layout, Path path, FileChannel file) {
            this.layout = layout;
            this.path = path;
            this.file = file;
        }

        private static OnDisk create(Layout layout) {
            try {
                Path path = Files.createTempFile("gradkit-scores", ".tmp");
                FileChannel file =
                        FileChannel.open(
                                path,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.DELETE_ON_CLOSE);
                return new OnDisk(layout, path, file);
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "No temporary file can be made for "
                                + layout.bytes()
                                + " bytes of scores in "
                                + System.getProperty("java.io.tmpdir")
                                + ": "
                                + e.getMessage(),
                        e);
            }
        }

        @Override
        public void add(int tile, int firstTest, float[] scores, int count) {
            long offset = start(tile) + 4L * firstTest * layout.width(tile);
            ByteBuffer bytes = load(offset, count);
            for (int i = 0; i < count; i++) {
                bytes.putFloat(4 * i, bytes.getFloat(4 * i) + scores[i]);
            }
            try {
                for (long at = offset; bytes.hasRemaining(); ) {
                    at += file.write(bytes, at);
                }
            } catch (IOException e) {
                throw failed("written", e);
            }
        }

        @Override
        public float[] read(int tile) {
            float[] scores = new float[layout.values(tile)];
            load(start(tile), scores.length).asFloatBuffer().get(scores);
            return scores;
        }

        /** Reads values; what was never written is zero. */
        private ByteBuffer load(long offset, int values) {
            ByteBuffer bytes = ByteBuffer.allocate(4 * values).order(ByteOrder.nativeOrder());
            try {
                int read = 0;
                while (read >= 0 && bytes.hasRemaining()) {
                    read = file.read(bytes, offset + bytes.position());
                }
            } catch (IOException e) {
                throw failed("read", e);
            }
            return bytes.clear();
        }

        private long start(int tile) {
            return 4L * tile * layout.tileWidth() * layout.tests();
        }

        private UncheckedIOException failed(String verb, IOException cause) {
            String what =
                    "The temporary file "
                            + path
                            + " for "
                            + layout.bytes()
                            + " bytes of scores can't be "
                            + verb;
            String advice =
                    cause instanceof ClosedByInterruptException
                            ? ": the thread was interrupted, and the analysis ends"
                            : " ("
                                    + cause
                                    + "): free some space, set java.io.tmpdir to another disk, or"
                                    + " ask for top influences of fewer test examples at a time";
            return new UncheckedIOException(what + advice, cause);
        }

        @Override
        public Layout layout() {
            return layout;
        }

        @Override
        public void close() {
            try {
                file.close();
            } catch (IOException e) {
                throw failed("closed", e);
            }
        }
    }
}
