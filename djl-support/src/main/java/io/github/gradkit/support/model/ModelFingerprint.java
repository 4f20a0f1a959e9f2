package io.github.gradkit.support.model;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * A short text that two models share exactly when their parameters have the same paths, order,
 * shapes and data types.
 *
 * <p>The values of the parameters do not enter, so the fingerprint stays the same during training.
 */
public final class ModelFingerprint {

    private ModelFingerprint() {}

    /**
     * Returns the fingerprint of the block's parameters.
     *
     * <p>It is the SHA-256 digest over one line for each parameter of {@link
     * ParameterPaths#of(Block)}: the length of the path, the path, the data type and the shape. The
     * length in front keeps odd paths from imitating another line. The cost does not depend on the
     * size of the parameters.
     *
     * @param block the block, with all parameters initialised
     * @return 64 lower-case hexadecimal digits, equal in every process for the same architecture
     * @throws IllegalStateException if a parameter has no array yet
     * @throws IllegalArgumentException if two different parameters have the same path
     */
    public static String of(Block block) {
        MessageDigest digest = sha256();
        for (Map.Entry<String, Parameter> entry : ParameterPaths.of(block).entrySet()) {
            String line = line(entry.getKey(), entry.getValue().getArray());
            digest.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String line(String path, NDArray array) {
        StringBuilder line = new StringBuilder();
        line.append(path.length()).append(':').append(path);
        line.append(' ').append(array.getDataType().name());
        for (long size : array.getShape().getShape()) {
            line.append(' ').append(size);
        }
        return line.append('\n').toString();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform must offer SHA-256.", e);
        }
    }
}
