package io.github.gradkit.examples.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Makes IDX files. */
public final class IdxBytes {

    private IdxBytes() {}

    public static byte[] images(ImageSet set) {
        ImageSet.Format format = set.format();
        ByteBuffer bytes = ByteBuffer.allocate(16 + set.size() * format.size());
        bytes.putInt(0x803).putInt(set.size()).putInt(format.height()).putInt(format.width());
        for (int i = 0; i < set.size(); i++) {
            for (int value : set.values(i)) {
                bytes.put((byte) value);
            }
        }
        return bytes.array();
    }

    public static byte[] labels(int... labels) {
        ByteBuffer bytes = ByteBuffer.allocate(8 + labels.length);
        bytes.putInt(0x801).putInt(labels.length);
        for (int label : labels) {
            bytes.put((byte) label);
        }
        return bytes.array();
    }

    public static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    /** Writes the four files of a data set. */
    public static void writeTo(Path folder, ImageData data) throws IOException {
        Files.write(folder.resolve("train-images-idx3-ubyte"), images(data.train()));
        Files.write(folder.resolve("train-labels-idx1-ubyte"), labels(data.train().labels()));
        Files.write(folder.resolve("t10k-images.idx3-ubyte.gz"), gzip(images(data.test())));
        Files.write(
                folder.resolve("t10k-labels-idx1-ubyte.gz"), gzip(labels(data.test().labels())));
    }
}
