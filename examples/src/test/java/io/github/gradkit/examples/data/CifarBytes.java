package io.github.gradkit.examples.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/** Makes files of CIFAR-10. */
public final class CifarBytes {

    private CifarBytes() {}

    /** Returns one record per label, with random pixels around a brightness of the class. */
    public static byte[] records(long seed, int... labels) {
        Random random = new Random(seed);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int label : labels) {
            bytes.write(label);
            for (int i = 0; i < 3 * 32 * 32; i++) {
                bytes.write(20 * label + random.nextInt(50));
            }
        }
        return bytes.toByteArray();
    }

    /** Writes the six files, each with some images of every class. */
    public static void writeTo(Path folder, int imagesPerClass) throws IOException {
        int[] labels = new int[10 * imagesPerClass];
        Arrays.setAll(labels, i -> i % 10);
        for (int i = 1; i <= 5; i++) {
            Files.write(folder.resolve("data_batch_" + i + ".bin"), records(i, labels));
        }
        Files.write(folder.resolve("test_batch.bin"), records(6, labels));
    }
}
