package io.github.gradkit.adacomp.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.training.Trainer;
import io.github.gradkit.adacomp.compress.Compressor;
import io.github.gradkit.adacomp.compress.Dense;
import io.github.gradkit.adacomp.compress.LayerCompressor;
import io.github.gradkit.adacomp.compress.LayerSpec;
import io.github.gradkit.adacomp.compress.LayerUpdate;
import io.github.gradkit.adacomp.compress.OneBit;
import io.github.gradkit.adacomp.compress.TopK;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tests of learning have power: a compressor that forgets what it owes fails them. */
@Timeout(300)
class ResidueControlTest {

    static Stream<Compressor> compressors() {
        return Stream.of(LearnersAgreeTest.SMALL_BINS, new TopK(0.01), new OneBit());
    }

    @ParameterizedTest
    @MethodSource("compressors")
    void forgettingTheResidueLearnsClearlyWorse(Compressor compressor) throws Exception {
        double dense = lossAfterTraining(new Dense());
        double kept = lossAfterTraining(compressor);
        double forgotten = lossAfterTraining(new Forgetful(compressor));
        assertThat(kept - dense).isLessThan(0.1);
        assertThat(forgotten - dense).isGreaterThan(3 * (kept - dense)).isGreaterThan(0.01);
    }

    private static double lossAfterTraining(Compressor compressor) throws Exception {
        Map<Integer, Double> losses = new ConcurrentHashMap<>();
        InProcessLearners.run(
                2,
                TestLearning.DEADLINE,
                learner -> {
                    try (Model model = TestLearning.mlp();
                            Trainer trainer =
                                    LearnersAgreeTest.trainer(learner, model, compressor)) {
                        ShardedDataset data =
                                LearnersAgreeTest.shard(learner.exchange(), model, 16, 480, 0);
                        for (int epoch = 0; epoch < 6; epoch++) {
                            TestLearning.train(trainer, data, Integer.MAX_VALUE);
                        }
                        if (learner.exchange().rank() == 0) {
                            losses.put(
                                    0,
                                    TestLearning.loss(
                                            model, TestLearning.data(model.getNDManager(), 480)));
                        }
                    }
                });
        return losses.get(0);
    }

    /** Sends as another does, but owes nothing. */
    private record Forgetful(Compressor other) implements Compressor {

        @Override
        public String name() {
            return "forgetful";
        }

        @Override
        public String signature() {
            return "forgetful " + other.signature();
        }

        @Override
        public LayerCompressor open(LayerSpec layer) {
            LayerCompressor inner = other.open(layer);
            return new LayerCompressor() {
                @Override
                public LayerUpdate compressFinite(long step, FloatBuffer gradient) {
                    Arrays.fill(inner.residue(), 0);
                    return inner.compressFinite(step, gradient);
                }

                @Override
                public LayerSpec layer() {
                    return layer;
                }

                @Override
                public float[] residue() {
                    return inner.residue();
                }
            };
        }
    }
}
