package io.github.gradkit.examples.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipException;

/**
 * The binary file format of CIFAR-10: records of one byte for the label and three planes, red,
 * green and blue, of 32 rows of 32 bytes.
 *
 * <p>Strict: a file that ends within a record or has a label out of range is refused.
 */
final class CifarFile {

    static final int SIDE = 32;
    static final int CHANNELS = 3;

    private static final int RECORD = 1 + CHANNELS * SIDE * SIDE;

    private final ImageSet.Format format;
    private final List<byte[]> pixels = new ArrayList<>();
    private final List<Integer> labels = new ArrayList<>();

    /** Starts with no records. */
    CifarFile(List<String> classNames) {
        format = new ImageSet.Format(SIDE, SIDE, CHANNELS, 255, classNames);
    }

    /** Returns the images of all files read so far. */
    ImageSet images() {
        return new ImageSet(
                format,
                pixels.toArray(byte[][]::new),
                labels.stream().mapToInt(Integer::intValue).toArray());
    }

    /** Reads a file, plain or compressed with gzip. */
    CifarFile read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), in);
        }
    }

    CifarFile read(String name, InputStream raw) throws IOException {
        try {
            int before = labels.size();
            InputStream in = DataFolder.unzipped(raw);
            for (byte[] record = in.readNBytes(RECORD);
                    record.length > 0;
                    record = in.readNBytes(RECORD)) {
                add(name, record, labels.size() - before);
            }
            if (labels.size() == before) {
                throw new IOException(name + " is empty; fetch it again");
            }
            return this;
        } catch (EOFException | ZipException e) {
            throw new IOException(
                    name + " can't be decompressed (" + e.getMessage() + "); fetch it again", e);
        }
    }

    private void add(String name, byte[] record, int index) throws IOException {
        int label = record[0] & 0xFF;
        if (label >= format.classes()) {
            throw new IOException(
                    String.format(
                            "%s is not a binary file of CIFAR-10: image %d has the label %d, but"
                                    + " there are %d classes; get the binary version, not the"
                                    + " Python or MATLAB version",
                            name, index, label, format.classes()));
        }
        if (record.length < RECORD) {
            throw new IOException(
                    String.format(
                            "%s is truncated or not a binary file of CIFAR-10: image %d has %d"
                                    + " bytes of %d; fetch it again",
                            name, index, record.length, RECORD));
        }
        labels.add(label);
        pixels.add(Arrays.copyOfRange(record, 1, RECORD));
    }
}
