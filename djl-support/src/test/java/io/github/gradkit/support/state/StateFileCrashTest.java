package io.github.gradkit.support.state;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.gradkit.support.ChildJvm;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills writing processes without warning and looks at what they leave. */
class StateFileCrashTest {

    private static final int FLOATS = 1 << 20;

    @TempDir private Path folder;

    @Test
    void killedWriterLeavesOnlyWholeFiles() throws IOException, InterruptedException {
        Random random = new Random(11);
        long step = 0;
        for (int round = 0; round < 6; round++) {
            long finished = killAfter(step, 1 + random.nextInt(4), random.nextInt(4 * FLOATS));
            step = checkFolder(finished) + 1;
        }
        assertThat(step).isGreaterThan(6);
    }

    /** Kills the writer in the middle of a file, after some steps; returns the last step told. */
    private long killAfter(long first, int steps, long temporaryBytes)
            throws IOException, InterruptedException {
        Process child =
                new ProcessBuilder(
                                ChildJvm.command(
                                        WritingProgram.class,
                                        folder.toString(),
                                        Long.toString(first),
                                        "1000000",
                                        Integer.toString(FLOATS)))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            long told = -1;
            for (int i = 0; i < steps; i++) {
                told = Long.parseLong(lines.readLine());
            }
            awaitTemporaryFile(child, temporaryBytes);
            child.toHandle().destroyForcibly();
            child.waitFor();
            String line = lines.readLine();
            while (line != null && !line.isEmpty()) {
                told = Long.parseLong(line);
                line = lines.readLine();
            }
            return told;
        } finally {
            child.destroyForcibly();
        }
    }

    private void awaitTemporaryFile(Process child, long bytes) {
        while (child.isAlive()) {
            File[] files = folder.toFile().listFiles((dir, name) -> name.endsWith(".tmp"));
            for (File file : files == null ? new File[0] : files) {
                // Left-overs of earlier rounds keep their length; only a growing one is awaited.
                if (file.length() >= bytes && file.lastModified() >= started(child)) {
                    return;
                }
            }
        }
        throw new AssertionError("The writer ended by itself.");
    }

    private static long started(Process child) {
        return child.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /** Reads every file under a final name; returns the newest step. */
    private long checkFolder(long finished) throws IOException {
        long latest = stepOf(folder.resolve("latest"));
        assertThat(latest).isBetween(finished, finished + 1);
        for (String name : TestState.names(folder)) {
            if (name.startsWith("step-")) {
                assertThat(stepOf(folder.resolve(name)))
                        .isEqualTo(Long.parseLong(name.substring("step-".length())));
                Files.delete(folder.resolve(name));
            }
        }
        return latest;
    }

    private static long stepOf(Path file) {
        try (NDManager manager = NDManager.newBaseManager()) {
            StateFile read = StateFile.read(file, manager);
            long step = Long.parseLong(read.header().properties().getOrDefault("step", ""));
            NDArray array = read.arrays().get("a");
            assertThat(array.size()).isEqualTo(FLOATS);
            assertThat(array.eq(step).all().getBoolean()).isTrue();
            return step;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
