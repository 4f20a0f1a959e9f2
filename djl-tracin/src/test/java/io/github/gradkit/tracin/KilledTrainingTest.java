package io.github.gradkit.tracin;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KilledTrainingTest {

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(ints = {3, 11})
    void killedProcessLosesNoFinishedCheckpoint(int epochs) throws Exception {
        Process process = start();
        try (BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (int epoch = 0; epoch < epochs; epoch++) {
                assertThat(out.readLine()).isEqualTo(Integer.toString(epoch));
            }
            process.destroyForcibly();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
        List<Checkpoint> checkpoints = Checkpoint.list(directory);
        // three steps an epoch, and a checkpoint at each
        assertThat(checkpoints).hasSizeGreaterThanOrEqualTo(3 * epochs);
        try (NDManager manager = NDManager.newBaseManager()) {
            for (int i = 0; i < checkpoints.size(); i++) {
                assertThat(checkpoints.get(i).step()).isEqualTo(i + 1L);
                assertThat(checkpoints.get(i).load(manager)).containsOnlyKeys("weight", "bias");
            }
        }
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dai.djl.offline=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndlessTraining.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
