package io.github.gradkit.learninit.log;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of an instance, compared bit for bit by a digest, which needs little memory. */
final class RowKey {

    private final byte[] digest;

    RowKey(List<float[]> parts) {
        MessageDigest sha256 = sha256();
        for (float[] part : parts) {
            ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * (part.length + 1));
            bytes.putInt(part.length).asFloatBuffer().put(part);
            sha256.update(bytes.rewind());
        }
        digest = sha256.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform must offer SHA-256.", e);
        }
    }

    private static float[] numbers(NDArray array) {
        return LogBatch.Part.of(array, "What is known of an instance, or its start,").numbers();
    }

    /** The keys of a batch of instances. */
    static List<RowKey> of(NDList known) {
        int rows = Math.toIntExact(known.head().getShape().get(0));
        List<float[]> columns = known.stream().map(RowKey::numbers).toList();
        List<RowKey> keys = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            List<float[]> parts = new ArrayList<>();
            for (float[] column : columns) {
                int width = column.length / rows;
                parts.add(Arrays.copyOfRange(column, row * width, (row + 1) * width));
            }
            keys.add(new RowKey(parts));
        }
        return keys;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RowKey key && Arrays.equals(digest, key.digest);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(digest);
    }
}
