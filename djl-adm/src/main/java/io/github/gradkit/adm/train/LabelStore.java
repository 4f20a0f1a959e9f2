package io.github.gradkit.adm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.support.state.StateFile;
import io.github.gradkit.support.state.StateFileException;
import io.github.gradkit.support.state.StateHeader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Labellings of images by their index, a byte a pixel; and what they were made for. */
final class LabelStore {

    private static final String KIND = "adm-pseudo-labels";
    private static final int VERSION = 1;
    private static final String PREFIX = "labels/";
    private static final String SCRIBBLES = "scribbles/";

    private final Map<Integer, Entry> entries = new TreeMap<>();

    /** How far the training was. */
    record Clock(int rounds, int epochs, int trained) {}

    /** A labelling and a checksum of the scribbles it was made for. */
    static final class Entry {

        final int height;
        final int width;
        final long scribbles;
        private final byte[] labels;

        Entry(int height, int width, long scribbles, byte[] labels) {
            this.height = height;
            this.width = width;
            this.scribbles = scribbles;
            this.labels = labels;
        }

        int[] labelling() {
            int[] wide = new int[labels.length];
            for (int i = 0; i < labels.length; i++) {
                wide[i] = Byte.toUnsignedInt(labels[i]);
            }
            return wide;
        }
    }

    int size() {
        return entries.size();
    }

    @Nullable Entry entry(int index) {
        return entries.get(index);
    }

    /** Adds a batch's labellings. */
    void add(int[] indices, ScoredImages images, Labelled labelled) {
        for (int i = 0; i < indices.length; i++) {
            Entry entry =
                    new Entry(
                            images.height,
                            images.width,
                            checksum(images.scribbles, i, images.pixels),
                            bytes(labelled.labels().get(i)));
            if (entries.put(indices[i], entry) != null) {
                throw new IllegalArgumentException(
                        "Two examples of the data set have index "
                                + indices[i]
                                + " in their labels. Labellings are kept by index: give each"
                                + " example one of its own, such as its place in the data set.");
            }
        }
    }

    static long checksum(int[] scribbles, int image, int pixels) {
        CRC32C sum = new CRC32C();
        for (int i = image * pixels; i < (image + 1) * pixels; i++) {
            sum.update(scribbles[i]);
        }
        return sum.getValue();
    }

    private static byte[] bytes(int[] labels) {
        byte[] bytes = new byte[labels.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) labels[i];
        }
        return bytes;
    }

    void write(Path file, NDManager parent, Clock clock) throws StateFileException {
        try (NDManager manager = parent.newSubManager()) {
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            entries.forEach(
                    (index, entry) -> {
                        ByteBuffer labels = ByteBuffer.wrap(entry.labels);
                        Shape shape = new Shape(entry.height, entry.width);
                        arrays.put(PREFIX + index, manager.create(labels, shape, DataType.UINT8));
                        arrays.put(SCRIBBLES + index, manager.create(entry.scribbles));
                    });
            StateHeader header =
                    StateHeader.of(KIND, VERSION, "")
                            .withProperty("rounds", Integer.toString(clock.rounds))
                            .withProperty("epochs", Integer.toString(clock.epochs))
                            .withProperty("trained", Integer.toString(clock.trained));
            StateFile.write(file, header, arrays);
        }
    }

    /** Reads a file; returns how far the training was. */
    Clock read(Path file, NDManager parent) throws StateFileException {
        StateHeader header = StateFile.readHeader(file);
        header.require(file, KIND, VERSION);
        try (NDManager manager = parent.newSubManager()) {
            Map<String, NDArray> arrays = StateFile.read(file, manager).arrays();
            for (Map.Entry<String, NDArray> named : arrays.entrySet()) {
                if (named.getKey().startsWith(PREFIX)) {
                    String index = named.getKey().substring(PREFIX.length());
                    readEntry(index, named.getValue(), arrays.get(SCRIBBLES + index));
                }
            }
            return new Clock(
                    number(header, "rounds"), number(header, "epochs"), number(header, "trained"));
        } catch (IllegalArgumentException e) {
            throw new StateFileException(
                    file + " was not written by a pseudo label cache: " + e.getMessage(), e);
        }
    }

    private void readEntry(String index, NDArray labels, @Nullable NDArray scribbles) {
        Shape shape = labels.getShape();
        if (scribbles == null || shape.dimension() != 2) {
            throw new IllegalArgumentException("image " + index + " is not complete");
        }
        Entry entry =
                new Entry(
                        Math.toIntExact(shape.get(0)),
                        Math.toIntExact(shape.get(1)),
                        scribbles.getLong(),
                        labels.toByteArray());
        entries.put(Integer.valueOf(index), entry);
    }

    private static int number(StateHeader header, String name) {
        String value = header.properties().get(name);
        if (value == null) {
            throw new IllegalArgumentException("it does not tell its " + name);
        }
        return Integer.parseInt(value);
    }
}
