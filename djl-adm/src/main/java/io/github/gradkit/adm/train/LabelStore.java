package io.github.gradkit.adm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.adm.data.SegmentationLabels;
import io.github.gradkit.support.state.StateFile;
import io.github.gradkit.support.state.StateFileException;
import io.github.gradkit.support.state.StateHeader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** One labelling for each image of a data set, a byte a pixel; and what they were made for. */
final class LabelStore {

    private static final String KIND = "adm-pseudo-labels";
    private static final int VERSION = 1;
    private static final String ROUNDS = "rounds";

    private final List<byte[]> labellings;
    private final List<Size> sizes;
    private final String fingerprint;
    private final int rounds;

    record Size(int height, int width) {}

    private LabelStore(List<byte[]> labellings, List<Size> sizes, String fingerprint, int rounds) {
        this.labellings = List.copyOf(labellings);
        this.sizes = List.copyOf(sizes);
        this.fingerprint = fingerprint;
        this.rounds = rounds;
    }

    int size() {
        return labellings.size();
    }

    int rounds() {
        return rounds;
    }

    Size size(int image) {
        return sizes.get(image);
    }

    int[] labelling(int image) {
        byte[] bytes = labellings.get(image);
        int[] labels = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            labels[i] = Byte.toUnsignedInt(bytes[i]);
        }
        return labels;
    }

    void write(Path file, NDManager parent) throws StateFileException {
        try (NDManager manager = parent.newSubManager()) {
            int total = labellings.stream().mapToInt(one -> one.length).sum();
            ByteBuffer all = ByteBuffer.allocate(total);
            labellings.forEach(all::put);
            int[] sides =
                    sizes.stream().flatMapToInt(s -> IntStream.of(s.height, s.width)).toArray();
            NDArray labels = manager.create(all.flip(), new Shape(total), DataType.UINT8);
            NDArray shapes = manager.create(sides, new Shape(sizes.size(), 2));
            StateHeader header =
                    StateHeader.of(KIND, VERSION, fingerprint)
                            .withProperty(ROUNDS, Integer.toString(rounds));
            StateFile.write(file, header, Map.of("labels", labels, "sizes", shapes));
        }
    }

    static LabelStore read(Path file, NDManager parent, String fingerprint)
            throws StateFileException {
        StateHeader header = StateFile.readHeader(file);
        header.require(file, KIND, VERSION);
        if (!header.fingerprint().equals(fingerprint)) {
            throw new StateFileException(
                    "The labellings in "
                            + file
                            + " were made for other images: their scribbles or sizes differ from"
                            + " those of this data set. Use the data set they were made for, or"
                            + " make them anew with refresh.");
        }
        try (NDManager manager = parent.newSubManager()) {
            Map<String, NDArray> arrays = StateFile.read(file, manager).arrays();
            return cut(file, header, bytes(file, arrays, "labels"), sides(file, arrays));
        }
    }

    private static byte[] bytes(Path file, Map<String, NDArray> arrays, String name)
            throws StateFileException {
        NDArray array = arrays.get(name);
        if (array == null || array.getDataType() != DataType.UINT8) {
            throw damaged(file, "holds no bytes named '" + name + "'");
        }
        return array.toByteArray();
    }

    private static int[] sides(Path file, Map<String, NDArray> arrays) throws StateFileException {
        NDArray array = arrays.get("sizes");
        if (array == null || array.getDataType() != DataType.INT32) {
            throw damaged(file, "holds no sizes of images");
        }
        return array.toIntArray();
    }

    private static LabelStore cut(Path file, StateHeader header, byte[] labels, int[] sides)
            throws StateFileException {
        List<byte[]> labellings = new ArrayList<>();
        List<Size> sizes = new ArrayList<>();
        int from = 0;
        for (int i = 0; i + 1 < sides.length; i += 2) {
            Size size = new Size(sides[i], sides[i + 1]);
            long to = from + (long) size.height * size.width;
            if (size.height < 1 || size.width < 1 || to > labels.length) {
                throw damaged(file, "has sizes that its labels don't fit");
            }
            labellings.add(Arrays.copyOfRange(labels, from, (int) to));
            sizes.add(size);
            from = (int) to;
        }
        if (from != labels.length || !header.properties().containsKey(ROUNDS)) {
            throw damaged(file, "has more labels than its sizes tell, or no number of rounds");
        }
        int rounds = Integer.parseInt(header.properties().get(ROUNDS));
        return new LabelStore(labellings, sizes, header.fingerprint(), rounds);
    }

    private static StateFileException damaged(Path file, String what) {
        return new StateFileException(
                file + " " + what + ", so it was not written by a pseudo label cache.");
    }

    /** Gathers labellings in the order of the data set, with a digest of its scribbles. */
    static final class Gatherer {

        private final List<byte[]> labellings = new ArrayList<>();
        private final List<Size> sizes = new ArrayList<>();
        private final MessageDigest digest;

        Gatherer() {
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("This Java has no SHA-256.", e);
            }
        }

        void addScribbles(int[] scribbles, SegmentationLabels labels) {
            Size size = new Size(labels.height(), labels.width());
            int pixels = size.height * size.width;
            for (int i = 0; i < labels.batch(); i++) {
                sizes.add(size);
                digest.update(sideBytes(size));
                digest.update(bytes(Arrays.copyOfRange(scribbles, i * pixels, (i + 1) * pixels)));
            }
        }

        private static ByteBuffer sideBytes(Size size) {
            return ByteBuffer.allocate(8).putInt(size.height).putInt(size.width).flip();
        }

        void addLabellings(List<int[]> labels) {
            for (int[] one : labels) {
                labellings.add(bytes(one));
            }
        }

        LabelStore store(int rounds) {
            return new LabelStore(labellings, sizes, fingerprint(), rounds);
        }

        String fingerprint() {
            return HexFormat.of().formatHex(digest.digest());
        }

        private static byte[] bytes(int[] labels) {
            byte[] bytes = new byte[labels.length];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) labels[i];
            }
            return bytes;
        }
    }
}
