package io.github.gradkit.examples.tracin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.github.gradkit.examples.CommandRun;
import io.github.gradkit.examples.CommandTest;
import io.github.gradkit.examples.data.CifarBytes;
import io.github.gradkit.examples.data.DataSetName;
import io.github.gradkit.examples.data.IdxBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TracInCommandTest extends CommandTest {

    private static final String[] BASELINES = {"", "Loss", "Margin", "Random"};

    TracInCommandTest() {
        super("tracin");
    }

    /** Runs the command on few images for few epochs, unless told otherwise. */
    private CommandRun run(String... options) {
        return runWith(List.of("--limit=400", "--epochs=15", "--learning-rate=0.1"), options);
    }

    private double figure(String key) throws IOException {
        return figures().get(key).getAsDouble();
    }

    @Test
    void findsFlippedLabels() throws Exception {
        CommandRun run = run("--seed=5");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(figure("auc")).isBetween(.9, 1.0);
        assertThat(figure("recovered.20")).isGreaterThan(.8);
        assertThat(figure("recovered.10")).isBetween(.5, figure("recovered.20"));
        assertThat(figure("recovered.30")).isBetween(figure("recovered.20"), 1.0);
        assertThat(figure("testAccuracy")).isBetween(.75, 1.0);
        assertThat(figure("flipped")).isEqualTo(40);
        assertThat(figure("suggestionsRight")).isBetween(.5, 1.0);
    }

    @Test
    void figuresAreComplete() throws Exception {
        assertThat(run("--seed=6").code()).isZero();
        JsonObject figures = figures();
        assertThat(figures.get("command").getAsString()).isEqualTo("tracin");
        assertThat(figures.get("seed").getAsLong()).isEqualTo(6);
        assertThat(figures.get("dataset").getAsString()).isEqualTo("digits");
        assertThat(figures.get("model").getAsString()).isEqualTo("mlp");
        assertThat(figures.get("flip").getAsString()).isEqualTo("uniform");
        assertThat(figures.getAsJsonObject("versions").keySet())
                .containsExactly("gradkit", "djl", "engine");
        assertThat(figures.getAsJsonObject("versions").get("gradkit").getAsString())
                .doesNotContain("$");
        assertThat(figures.keySet()).contains("seconds.train", "seconds.analysis", "seconds.total");
        for (String baseline : BASELINES) {
            assertThat(figure("auc" + baseline)).isBetween(0.0, 1.0);
            for (int percent : new int[] {10, 20, 30}) {
                assertThat(figure("recovered" + baseline + "." + percent)).isBetween(0.0, 1.0);
            }
        }
        assertThat(figure("aucLoss")).isGreaterThan(.8);
        assertThat(figure("aucRandom")).isCloseTo(.5, Offset.offset(.25));
    }

    @Test
    void printsTableExplanationsAndReportPath() {
        CommandRun run = run("--seed=5");
        assertThat(run.out())
                .containsPattern("self-influence +0\\.9\\d+ +\\d")
                .containsPattern("loss +[01]\\.\\d+")
                .contains("With uniform flips")
                .contains("(loss) and")
                .contains("proponents", "opponents", "FLIPPED")
                .contains("Positive = proponent")
                .contains("Report: " + report);
    }

    @Test
    void reportShowsRankingsAndImages() throws Exception {
        assertThat(run("--seed=5").code()).isZero();
        Document page = Jsoup.parse(Files.readString(report));
        assertThat(page.title()).contains("Which training examples spoiled the model?");
        assertThat(page.text())
                .contains("Self-influence", "Loss", "Margin", "Random", "Ideal")
                .contains("Positive = proponent")
                .contains("Strongest proponents", "Strongest opponents")
                .contains("Epochs", "Learning rate", "Layer", "Seed");
        // 24 suspicious images, and 3 test images with 3 proponents and 3 opponents each
        assertThat(page.select("img[src^=data:image/png]")).hasSize(24 + 3 * 7);
    }

    @Test
    void sameSeedGivesTheSameFigures() throws Exception {
        run("--seed=5");
        JsonObject first = figures();
        run("--seed=5");
        JsonObject second = figures();
        for (String time : List.of("seconds.train", "seconds.analysis", "seconds.total")) {
            first.remove(time);
            second.remove(time);
        }
        assertThat(second).isEqualTo(first);
        run("--seed=6");
        assertThat(figure("auc")).isNotEqualTo(first.get("auc").getAsDouble());
    }

    @Test
    void confusableFlipsAreFoundToo() throws Exception {
        CommandRun run = run("--flip=confusable", "--seed=5");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(figure("auc")).isBetween(.7, 1.0);
        assertThat(figures().keySet()).contains("seconds.cleanModel");
        assertThat(run.out()).contains("With confusable flips");
    }

    @Test
    void convolutionsAreAnalysedToo() throws Exception {
        CommandRun run = run("--model=cnn", "--layers=*Conv*", "--checkpoints=3", "--seed=5");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(figure("auc")).isGreaterThan(.8);
        Document page = Jsoup.parse(Files.readString(report));
        assertThat(page.text()).contains("Conv2d").doesNotContain("08Linear");
    }

    @Test
    void imagesInIdxFilesAreAnalysed() throws Exception {
        IdxBytes.writeTo(folder, DataSetName.DIGITS.load(null, 1));
        CommandRun run = run("--dataset=mnist", "--data-dir", folder.toString());
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(figures().get("dataset").getAsString()).isEqualTo("mnist");
        assertThat(figure("auc")).isGreaterThan(.9);
    }

    @Test
    void quietPrintsNothing() {
        CommandRun run = run("--quiet", "--epochs=2");
        assertThat(run.code()).isZero();
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEmpty();
        assertThat(report).exists();
        assertThat(json).exists();
    }

    @Test
    void checkpointsAreCleanedUp() throws Exception {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        run("--epochs=2");
        try (var files =
                Files.newDirectoryStream(temporary, TracInCommand.temporaryPrefix() + "*")) {
            assertThat(files).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--nonsense",
                "--seed=many",
                "--model=transformer",
                "--flip=all",
                "--dataset=cifar",
                "--flip-rate=0",
                "--flip-rate=1",
                "--flip-rate=NaN",
                "--checkpoints=0",
                "--batch-size=0",
                "--limit=0",
                "--epochs=0",
                "--learning-rate=-1",
                "--learning-rate=NaN",
                "--data-dir=/tmp"
            })
    void wrongUseExitsWithTwo(String option) {
        CommandRun run = run(option);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("Usage: examples/run tracin");
        assertThat(report).doesNotExist();
    }

    @Test
    void sameFileForBothOutputsIsWrongUse() {
        CommandRun run = CommandRun.of("tracin", "--json=a.html", "--report=./a.html");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("different files");
    }

    @Test
    void colourImagesAreAnalysed() throws Exception {
        CifarBytes.writeTo(folder, 2);
        CommandRun run =
                run("--dataset=cifar10", "--data-dir=" + folder, "--model=cnn", "--epochs=2");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(figures().get("dataset").getAsString()).isEqualTo("cifar10");
        assertThat(run.out()).contains("100 training and 20 test images");
        assertThat(Jsoup.parse(Files.readString(report)).text()).contains("airplane");
    }

    @Test
    void missingFolderExitsWithOneAndOneLine() {
        CommandRun run = run("--dataset=mnist", "--data-dir=" + folder.resolve("nowhere"));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains("nowhere").contains("no such folder");
    }

    @Test
    void debugShowsTheStackTrace() {
        CommandRun run =
                run("--debug", "--dataset=mnist", "--data-dir=" + folder.resolve("nowhere"));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("NoSuchFileException").contains("\tat ");
    }

    @ParameterizedTest
    @CsvSource({"--json", "--report"})
    void unwritableFileIsNoticedBeforeTheWork(String option) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        // a data folder that doesn't exist would be the next error
        CommandRun run =
                CommandRun.of(
                        "tracin", "--dataset=mnist", "--data-dir=/nowhere", option, file + "/x");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains(option).contains("can't be written");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--layers=lstm*|fits no layer",
                "--flip-rate=0.0001|flips 0 labels",
                "--checkpoints=100000|training steps"
            })
    void impossibleSettingsExitWithOneAndOneLine(String option, String message) {
        CommandRun run = run(option);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains(message);
        assertThat(report).doesNotExist();
    }

    @Test
    void divergedTrainingExitsWithOneAndOneLine() {
        CommandRun run = run("--learning-rate=1e30");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines()).as(run.err()).hasSize(1);
        assertThat(run.err()).contains("learning-rate");
        assertThat(report).doesNotExist();
    }
}
