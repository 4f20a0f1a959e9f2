package io.github.gradkit.adacomp.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.training.Trainer;
import io.github.gradkit.adacomp.compress.Compressor;
import io.github.gradkit.adacomp.compress.Dense;
import io.github.gradkit.adacomp.compress.OneBit;
import io.github.gradkit.adacomp.compress.StromThreshold;
import io.github.gradkit.adacomp.compress.TopK;
import io.github.gradkit.adacomp.exchange.GradientExchange;
import io.github.gradkit.adacomp.exchange.InProcessExchange;
import io.github.gradkit.adacomp.report.CompressionReport;
import io.github.gradkit.support.trace.MemoryTrace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page of trainings that were really made. */
class CompressionReportOfTrainingTest {

    @TempDir private Path folder;

    private final GradientExchange alone = InProcessExchange.group(1, TestLearning.DEADLINE).get(0);

    static Stream<Compressor> compressors() {
        return Stream.of(
                LearnersAgreeTest.SMALL_BINS,
                new TopK(0.1),
                new StromThreshold(0.01),
                new OneBit());
    }

    private String page(Compressor compressor) throws Exception {
        MemoryTrace trace = MemoryTrace.of();
        GradientCompressionListener listener =
                GradientCompressionListener.builder()
                        .setExchange(alone)
                        .optCompressor(compressor)
                        .optTraceEvery(2)
                        .addTrace(trace)
                        .build();
        try (Model model = TestLearning.cnn();
                Trainer trainer =
                        model.newTrainer(TestLearning.config(TestLearning.sgd(), listener))) {
            TestLearning.train(trainer, LearnersAgreeTest.shard(alone, model, 8, 80, 0), 9);
        }
        Path file = folder.resolve("page.html");
        CompressionReport.of("Sent by " + compressor.name(), listener, trace).writeTo(file);
        return Files.readString(file);
    }

    @ParameterizedTest
    @MethodSource("compressors")
    void showsAllThatWasTraced(Compressor compressor) throws Exception {
        assertThat(page(compressor))
                .contains("Sent by " + compressor.name(), "9 exchanges, of which 5 were traced")
                .contains(
                        "What was sent, by layer",
                        "What is owed, by layer",
                        "02Conv2d_weight",
                        "06Linear_bias")
                .contains("Rates in bytes", "Residues over gradients", "All layers")
                .contains("Time of a step", "Packing and unpacking")
                .doesNotContain("NaN", "Infinity");
    }

    @Test
    void ofADenseTrainingThereIsNoResidueAndNoWarning() throws Exception {
        assertThat(page(new Dense()))
                .contains("Rates in bytes", "All layers", "Time of a step")
                .doesNotContain("Residues over gradients", "What is owed", "What to look at");
    }
}
