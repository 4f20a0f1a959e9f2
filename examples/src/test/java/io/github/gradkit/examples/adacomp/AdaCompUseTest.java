package io.github.gradkit.examples.adacomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.gradkit.examples.CommandRun;
import io.github.gradkit.examples.CommandTest;
import io.github.gradkit.examples.data.CifarBytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command says of its use, right or wrong. */
class AdaCompUseTest extends CommandTest {

    AdaCompUseTest() {
        super("adacomp");
    }

    private CommandRun run(String... options) {
        return runWith(List.of("--learners=2", "--epochs=1", "--limit=60"), options);
    }

    @Test
    void helpTellsChoicesAndDefaults() {
        CommandRun run = CommandRun.of("adacomp", "--help");
        assertThat(run.code()).isZero();
        assertThat(run.out().replaceAll("\\s+", " "))
                .contains("--learners", "--optimizer", "--batch-size", "--limit", "100mbit,1ms")
                .contains("sgd, adam", "dense, adacomp, topk, strom, onebit")
                .contains("gradkit-adacomp-report.html")
                .doesNotContain("${");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--learners=0|--learners must be from 1 to 64, got 0",
                "--learners=65|--learners must be from 1 to 64, got 65",
                "--learners=61|--learners 61 is more than the training has images, 60",
                "--batch-size=0|--batch-size must be at least 1, got 0",
                "--limit=0|--limit must be at least 1, got 0",
                "--limit=1|a larger --limit",
                "--epochs=0|--epochs must be at least 1, got 0",
                "--simulate-link=fast|--simulate-link: 'fast' is no link",
                "--simulate-link=0mbit,1ms|Write rate and latency like 100mbit,1ms",
                "--simulate-link=100mbit|Write rate and latency like 100mbit,1ms",
                "--compressor=zip|expected one of [DENSE, ADACOMP, TOPK, STROM, ONEBIT]",
                "--compressor=|--compressor",
                "--optimizer=lion|expected one of [SGD, ADAM]",
                "--dataset=imagenet|--dataset",
                "--data-dir=x|--data-dir needs another --dataset",
                "--speed=3|--speed"
            })
    void wrongUseExitsWithTwoAndTheUsage(String option, String message) {
        CommandRun run = run(option);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines().findFirst())
                .hasValueSatisfying(line -> assertThat(line).contains(message));
        assertThat(run.err()).contains("Usage: examples/run adacomp");
        assertThat(report).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--json", "--report"})
    void unwritableFileIsNoticedBeforeTheWork(String option) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        // a data folder that doesn't exist would be the next error
        CommandRun run =
                CommandRun.of(
                        "adacomp", "--dataset=mnist", "--data-dir=/nowhere", option, file + "/x");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains(option).contains("can't be written");
    }

    @Test
    void brokenDataExitWithOneAndOneLine() throws Exception {
        CifarBytes.writeTo(folder, 1);
        Files.write(folder.resolve("data_batch_3.bin"), new byte[100]);
        CommandRun run = run("--dataset=cifar10", "--data-dir=" + folder);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines()).as(run.err()).hasSize(1);
        assertThat(run.err()).contains("data_batch_3.bin is truncated");
        assertThat(report).doesNotExist();
    }
}
