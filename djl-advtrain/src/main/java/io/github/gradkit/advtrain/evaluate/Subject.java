package io.github.gradkit.advtrain.evaluate;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.gradkit.advtrain.attack.BlockScorer;
import io.github.gradkit.advtrain.attack.GradientScorer;
import io.github.gradkit.advtrain.attack.Scorer;
import io.github.gradkit.support.model.ModelFingerprint;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The model under evaluation, opened. */
final class Subject implements AutoCloseable {

    private final Scorer scorer;
    private final @Nullable Block block;
    private final NDManager manager;

    private Subject(Scorer scorer, @Nullable Block block, NDManager manager) {
        this.scorer = scorer;
        this.block = block;
        this.manager = manager;
        manager.setName("robustness evaluation");
    }

    static Subject of(Block block) {
        BlockScorer scorer = BlockScorer.of(block);
        Parameter first = ParameterPaths.of(block).values().iterator().next();
        return new Subject(scorer, block, first.getArray().getManager().newSubManager());
    }

    static Subject of(Scorer scorer) {
        return new Subject(scorer, null, NDManager.newBaseManager());
    }

    Scorer scorer() {
        return scorer;
    }

    boolean hasGradients() {
        return scorer instanceof GradientScorer;
    }

    @Nullable Block block() {
        return block;
    }

    NDManager manager() {
        return manager;
    }

    /** Returns the fingerprint of the architecture, empty for a scorer. */
    String fingerprint() {
        return block == null ? "" : ModelFingerprint.of(block);
    }

    /** Returns the fingerprint of the weights, empty for a scorer. */
    String weights() {
        if (block == null) {
            return "";
        }
        Digest digest = new Digest();
        for (Map.Entry<String, Parameter> entry : ParameterPaths.of(block).entrySet()) {
            digest.add(entry.getKey()).add(entry.getValue().getArray().toByteBuffer());
        }
        return digest.text();
    }

    @Override
    public void close() {
        try {
            if (block != null && scorer instanceof BlockScorer opened) {
                opened.close();
            }
        } finally {
            manager.close();
        }
    }
}
