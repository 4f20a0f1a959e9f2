package io.github.gradkit.learninit.explain;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.gradkit.support.model.ParameterPaths;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** Tells networks apart by their weights. */
final class BlockDigest {

    private static final int DIGITS = 16;

    private BlockDigest() {}

    /** Some digits that networks with the same weights share, in every process. */
    static String of(Block block) {
        MessageDigest digest = sha256();
        for (Map.Entry<String, Parameter> entry : ParameterPaths.of(block).entrySet()) {
            digest.update(entry.getKey().getBytes(StandardCharsets.UTF_8));
            digest.update(
                    entry.getValue()
                            .getArray()
                            .getShape()
                            .toString()
                            .getBytes(StandardCharsets.UTF_8));
            digest.update(entry.getValue().getArray().toByteBuffer());
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform must offer SHA-256.", e);
        }
    }
}
