package io.github.gradkit.examples.advtrain;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.gradkit.examples.CommandRun;
import io.github.gradkit.examples.CommandTest;
import io.github.gradkit.examples.data.CifarBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdvTrainCommandTest extends CommandTest {

    private static final String[] FIGURES = {
        "clean", "fgsm", "pgd", "autoattack", "autoattackLow", "autoattackHigh"
    };

    AdvTrainCommandTest() {
        super("advtrain");
    }

    /** Runs the command on few images for few epochs, unless told otherwise. */
    private CommandRun run(String... options) {
        return runWith(List.of("--limit=60", "--epochs=1", "--attack-images=10"), options);
    }

    private List<JsonObject> rows() throws IOException {
        JsonArray rows = figures().getAsJsonArray("rows");
        return IntStream.range(0, rows.size())
                .mapToObj(i -> rows.get(i).getAsJsonObject())
                .toList();
    }

    private static double figure(JsonObject row, String key) {
        return row.get(key).getAsDouble();
    }

    @Test
    void trainedAgainstAnAdversaryAModelWithstandsMore() throws Exception {
        CommandRun run =
                run(
                        "--method=pgd,clean",
                        "--limit=400",
                        "--epochs=15",
                        "--eps=0.1",
                        "--attack-images=40");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        JsonObject clean = rows().get(0);
        JsonObject robust = rows().get(1);
        assertThat(figure(clean, "clean")).isGreaterThan(.8);
        assertThat(figure(robust, "clean")).isGreaterThan(.8);
        assertThat(figure(robust, "autoattack")).isGreaterThan(figure(clean, "autoattack") + .1);
        for (JsonObject row : rows()) {
            assertThat(figure(row, "fgsm")).isLessThanOrEqualTo(figure(row, "clean"));
            assertThat(figure(row, "pgd")).isLessThanOrEqualTo(figure(row, "fgsm"));
            assertThat(figure(row, "autoattack"))
                    .isLessThanOrEqualTo(figure(row, "fgsm"))
                    .isBetween(figure(row, "autoattackLow"), figure(row, "autoattackHigh"));
        }
        assertThat(run.out())
                .contains("400 training and 40 test images, linf epsilon 0.1")
                .containsPattern("method +clean +FGSM +PGD-50x10 +AutoAttack +training")
                .containsPattern("\nPGD +[89]\\d\\.\\d ")
                .contains("Under AutoAttack, PGD training keeps the most images right")
                .contains("Report: " + report);
    }

    @Test
    void everyMethodTrains() throws Exception {
        CommandRun run =
                run("--method=MART,trades", "--method=free,fast,pgd,clean,fast", "--epochs=4");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(rows())
                .extracting(row -> row.get("method").getAsString())
                .containsExactly("clean", "pgd", "fast", "free", "trades", "mart");
        for (JsonObject row : rows()) {
            for (String key : FIGURES) {
                assertThat(figure(row, key)).as(key).isBetween(0.0, 1.0);
            }
            assertThat(figure(row, "trainSeconds")).isPositive();
        }
        // Each method has learned something else.
        assertThat(rows().stream().map(row -> row.get("losses")).distinct()).hasSize(6);
    }

    @Test
    void figuresAreComplete() throws Exception {
        assertThat(run("--method=clean", "--seed=6", "--steps=3").code()).isZero();
        JsonObject figures = figures();
        assertThat(figures.get("command").getAsString()).isEqualTo("advtrain");
        assertThat(figures.get("seed").getAsLong()).isEqualTo(6);
        assertThat(figures.get("dataset").getAsString()).isEqualTo("digits");
        assertThat(figures.get("norm").getAsString()).isEqualTo("linf");
        assertThat(figures.get("epsilon").getAsDouble()).isEqualTo(.2);
        assertThat(figures.get("steps").getAsInt()).isEqualTo(3);
        assertThat(figures.get("trainImages").getAsInt()).isEqualTo(60);
        assertThat(figures.get("testImages").getAsInt()).isEqualTo(10);
        assertThat(figures.getAsJsonObject("versions").keySet())
                .containsExactly("gradkit", "djl", "engine");
        assertThat(figures.get("seconds.total").getAsDouble()).isPositive();
        JsonObject verdicts = figures.getAsJsonObject("verdicts").getAsJsonObject("clean");
        assertThat(verdicts.size()).isEqualTo(11);
        assertThat(verdicts.asMap().values())
                .extracting(JsonElement::getAsString)
                .isSubsetOf("pass", "warn", "fail", "skipped");
    }

    @Test
    void seedDecidesTheFigures() throws Exception {
        String[] options = {"--method=clean,pgd,fast,trades", "--seed=3"};
        assertThat(run(options).code()).isZero();
        JsonObject first = withoutTimes(figures());
        assertThat(run(options).code()).isZero();
        assertThat(withoutTimes(figures())).isEqualTo(first);
        assertThat(run("--method=clean,pgd,fast,trades", "--seed=4").code()).isZero();
        assertThat(figures().get("rows")).isNotEqualTo(first.get("rows"));
    }

    private static JsonObject withoutTimes(JsonObject figures) {
        // What the evaluator itself reports has times of its own, and tests of its own.
        figures.remove("reports");
        figures.remove("seconds.total");
        figures.getAsJsonArray("rows")
                .forEach(
                        row -> {
                            row.getAsJsonObject().remove("trainSeconds");
                            row.getAsJsonObject().remove("evaluationSeconds");
                        });
        return figures;
    }

    @ParameterizedTest
    @CsvSource({"l2,1.0", "L1,4.0"})
    void otherNormsHaveEpsilonsOfTheirOwn(String norm, double epsilon) throws Exception {
        CommandRun run = run("--method=clean,pgd,free", "--norm=" + norm);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(figures().get("epsilon").getAsDouble()).isEqualTo(epsilon);
        assertThat(rows()).hasSize(3);
    }

    @Test
    void reportShowsAccuraciesCurvesImagesAndVerdicts() throws Exception {
        assertThat(run("--method=clean,trades").code()).isZero();
        Document page = Jsoup.parse(Files.readString(report));
        assertThat(page.title()).contains("Which model stands up to an adversary?");
        assertThat(page.text())
                .contains("PGD-50x10", "AutoAttack", "95 % interval")
                .contains("Accuracy over the radius", "Training loss")
                .contains("Can the figures be trusted?", "11. Targeted attacks")
                .contains("Beta of TRADES and MART")
                .doesNotContain("NaN");
        // Six test images, each as it is and perturbed against both models.
        assertThat(page.select("img")).hasSize(18);
    }

    @Test
    void colourImagesAreAttacked() throws Exception {
        CifarBytes.writeTo(folder, 1);
        CommandRun run =
                run(
                        "--method=clean,pgd",
                        "--dataset=cifar10",
                        "--data-dir=" + folder,
                        "--attack-images=4");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(figures().get("epsilon").getAsDouble()).isEqualTo(8 / 255.0);
        assertThat(figures().get("trainImages").getAsInt()).isEqualTo(50);
        assertThat(Jsoup.parse(Files.readString(report)).select("img")).hasSize(12);
    }

    @Test
    void noImageLeftIsSaidPlainly() {
        CommandRun run = run("--method=clean", "--eps=1");
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("AutoAttack breaks every image on every model.");
    }

    @Test
    void quietPrintsNothing() {
        CommandRun run = run("--method=clean", "--quiet");
        assertThat(run.code()).isZero();
        assertThat(run.out() + run.err()).isEmpty();
        assertThat(report).exists();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--method=sgd",
                "--method=",
                "--norm=l3",
                "--eps=0",
                "--eps=-0.1",
                "--eps=NaN",
                "--eps=1e300",
                "--steps=0",
                "--beta=-1",
                "--beta=Infinity",
                "--batch-size=0",
                "--attack-images=0",
                "--limit=0",
                "--epochs=0",
                "--data-dir=x",
                "--dataset=imagenet",
                "--shots=3"
            })
    void wrongUseExitsWithTwoAndTheUsage(String option) {
        CommandRun run = run(option);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains(option.substring(0, option.indexOf('=')))
                .contains("Usage: examples/run advtrain");
        assertThat(report).doesNotExist();
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

    @ParameterizedTest
    @ValueSource(strings = {"--json", "--report"})
    void unwritableFileIsNoticedBeforeTheWork(String option) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        // a data folder that doesn't exist would be the next error
        CommandRun run =
                CommandRun.of(
                        "advtrain", "--dataset=mnist", "--data-dir=/nowhere", option, file + "/x");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains(option).contains("can't be written");
    }
}
