package io.github.gradkit.examples.hyperopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.gradkit.examples.CommandRun;
import io.github.gradkit.examples.CommandTest;
import io.github.gradkit.examples.data.DataSetName;
import io.github.gradkit.examples.data.IdxBytes;
import io.github.gradkit.examples.data.ImageData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HyperOptCommandTest extends CommandTest {

    private static final String SMALL = "--limit=200";

    HyperOptCommandTest() {
        super("hyperopt");
    }

    private CommandRun run(String... options) {
        return runWith(List.of(), options);
    }

    private CommandRun smallGrid(String... options) {
        return runWith(
                List.of(SMALL, "--epochs=4", "--heights=0,1", "--rates=1e-4,0.01,1"), options);
    }

    private static JsonObject find(JsonArray runs, String base, int height, double rate) {
        for (JsonElement each : runs) {
            JsonObject run = each.getAsJsonObject();
            if (run.get("base").getAsString().equals(base)
                    && run.get("height").getAsInt() == height
                    && run.get("alpha0").getAsDouble() == rate) {
                return run;
            }
        }
        throw new AssertionError("no run of " + base + ", " + height + ", " + rate);
    }

    private static double loss(JsonObject run) {
        return run.get("finalLoss").getAsDouble();
    }

    @Test
    void towersLearnFromARateThatIsFarTooSmall() throws Exception {
        CommandRun run = run("--heights=0,2", "--rates=1e-4,0.1", "--epochs=6", "--seed=5");
        assertThat(run.code()).as(run.err()).isZero();
        JsonArray runs = figures().getAsJsonArray("runs");
        assertThat(runs).hasSize(2 * 2 * 2);
        JsonObject plain = find(runs, "sgd", 0, 1e-4);
        JsonObject tower = find(runs, "sgd", 2, 1e-4);
        assertThat(plain.get("testError").getAsDouble()).isGreaterThan(.5);
        assertThat(tower.get("testError").getAsDouble()).isLessThan(.2);
        assertThat(tower.getAsJsonObject("learned").get("level0/alpha").getAsDouble())
                .isGreaterThan(1e-3);
        assertThat(plain.getAsJsonObject("learned").keySet()).isEmpty();
        JsonObject spread = figures().getAsJsonObject("spread");
        assertThat(spread.get("height2").getAsDouble())
                .isLessThan(spread.get("height0").getAsDouble() / 2);
    }

    @Test
    void spreadIsThatOfTheLossesWithWorseThanGuessingAsGuessing() throws Exception {
        assertThat(smallGrid("--rates=1e-6,0.1,100").code()).isZero();
        JsonArray runs = figures().getAsJsonArray("runs");
        double guessing = figures().get("guessingLoss").getAsDouble();
        assertThat(guessing).isCloseTo(Math.log(10), within(1e-12));
        for (String base : List.of("sgd", "adam")) {
            for (int height = 0; height < 2; height++) {
                double least = Double.POSITIVE_INFINITY;
                double most = 0;
                for (double rate : new double[] {1e-6, .1, 100}) {
                    double counted = Math.min(guessing, loss(find(runs, base, height, rate)));
                    least = Math.min(least, counted);
                    most = Math.max(most, counted);
                }
                String key = base.equals("sgd") ? "spread" : "spreadAdam";
                assertThat(figures().getAsJsonObject(key).get("height" + height).getAsDouble())
                        .isCloseTo(most - least, within(1e-12));
            }
        }
    }

    @Test
    void figuresAreComplete() throws Exception {
        assertThat(smallGrid("--seed=6", "--semantics=djl").code()).isZero();
        JsonObject figures = figures();
        assertThat(figures.get("command").getAsString()).isEqualTo("hyperopt");
        assertThat(figures.get("seed").getAsLong()).isEqualTo(6);
        assertThat(figures.get("dataset").getAsString()).isEqualTo("digits");
        assertThat(figures.get("semantics").getAsString()).isEqualTo("DJL");
        assertThat(figures.getAsJsonObject("versions").keySet())
                .containsExactly("gradkit", "djl", "engine");
        assertThat(figures.get("seconds.total").getAsDouble()).isPositive();
        for (String key : List.of("spread", "spreadAdam", "usable", "usableAdam")) {
            assertThat(figures.getAsJsonObject(key).keySet()).containsExactly("height0", "height1");
        }
        assertThat(figures.getAsJsonArray("reruns")).hasSize(2);
        JsonObject rerun = figures.getAsJsonArray("reruns").get(1).getAsJsonObject();
        assertThat(rerun.keySet())
                .contains("base", "height", "alpha0", "testError", "towerTestError", "learned");
        assertThat(rerun.getAsJsonObject("learned").keySet())
                .containsExactly("level0/alpha", "level0/beta1", "level0/beta2");
    }

    @Test
    void printsTablesReadingAndReportPath() {
        CommandRun run = smallGrid();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("Test error (%) with base SGD", "Test error (%) with base Adam")
                .containsPattern("height +1e-4 +0\\.01 +1 +spread usable")
                .containsPattern("0 +\\d+\\.\\d +\\d+\\.\\d +\\d+\\.\\d +[0-2]\\.\\d{3} +[0-3]")
                .containsPattern("SGD: .*initial rates")
                .contains("Report: " + report, "Figures: " + json);
        assertThat(run.out().lines().filter(line -> !line.contains(": /")))
                .allMatch(line -> line.length() <= 80);
    }

    @Test
    void reportShowsChartsTracesAndTables() throws Exception {
        assertThat(smallGrid("--base=sgd").code()).isZero();
        Document page = Jsoup.parse(Files.readString(report));
        assertThat(page.title()).contains("initial learning rate");
        assertThat(page.text())
                .contains("Test error, base SGD", "Final training loss, base SGD")
                .contains("The learning rate during training", "from 1e-4")
                .contains("Learned constants", "alpha", "Seed")
                .doesNotContain("base Adam");
    }

    @Test
    void sameSeedGivesTheSameFigures() throws Exception {
        smallGrid("--seed=5");
        JsonObject first = figures();
        smallGrid("--seed=5");
        JsonObject second = figures();
        first.remove("seconds.total");
        second.remove("seconds.total");
        assertThat(second).isEqualTo(first);
        smallGrid("--seed=6");
        assertThat(figures().get("runs")).isNotEqualTo(first.get("runs"));
    }

    @Test
    void divergedRunsAreMarkedAndCountAsGuessing() throws Exception {
        CommandRun run =
                smallGrid("--base=sgd", "--rates=0.01,1e20", "--heights=5", "--kappa=1e30");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains(" div ");
        JsonObject diverged = find(figures().getAsJsonArray("runs"), "sgd", 5, 1e20);
        assertThat(diverged.get("diverged").getAsBoolean()).isTrue();
        assertThat(diverged.get("testError").getAsDouble()).isCloseTo(.9, within(1e-9));
        assertThat(loss(diverged)).isCloseTo(Math.log(10), within(1e-9));
        assertThat(report).exists();
    }

    @Test
    void safeguardsKeepRatesPositive() throws Exception {
        CommandRun run = smallGrid("--safe", "--rates=1", "--heights=1,2", "--base=sgd");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(figures().get("safe").getAsBoolean()).isTrue();
        for (JsonElement each : figures().getAsJsonArray("runs")) {
            JsonObject learned = each.getAsJsonObject().getAsJsonObject("learned");
            for (String name : learned.keySet()) {
                assertThat(learned.get(name).getAsDouble()).as(name).isPositive();
            }
        }
    }

    @Test
    void paperTableIsTrainedBesideThePapersFigures() throws Exception {
        ImageData digits = DataSetName.DIGITS.load(null, 1).limit(60, 1);
        IdxBytes.writeTo(folder, digits);
        CommandRun run =
                run("--paper", "--dataset=mnist", "--data-dir=" + folder, "--epochs=2", "--runs=2");
        assertThat(run.code()).as(run.err()).isZero();
        JsonArray rows = figures().getAsJsonArray("rows");
        assertThat(rows).hasSize(18);
        JsonObject tower = rows.get(1).getAsJsonObject();
        assertThat(tower.get("tower").getAsString()).isEqualTo("SGD / SGD");
        assertThat(tower.getAsJsonArray("runs")).hasSize(2);
        assertThat(tower.get("rerunTestError").getAsDouble()).isBetween(0.0, 1.0);
        assertThat(tower.getAsJsonObject("paper").get("testError").getAsString())
                .isEqualTo("4.81 ± 0.10");
        assertThat(run.out())
                .containsPattern("SGD / SGD +\\d+\\.\\d\\d ± \\d")
                .contains("paper", "not comparable", "2 runs");
        assertThat(Jsoup.parse(Files.readString(report)).text())
                .contains("RMSProp^ag / RMSProp(1e-4)", "8.99 ± 0.05");
    }

    private Path text(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    @Test
    void textIsReadByARecurrentNetwork() throws Exception {
        text("b.txt", "never read, as a.txt comes first");
        text("a.txt", "abcabdabe ".repeat(400));
        CommandRun run =
                run("--model=char-rnn", "--data-dir=" + folder, "--epochs=2", "--limit=3000");
        assertThat(run.code()).as(run.err()).isZero();
        JsonObject figures = figures();
        assertThat(figures.get("dataset").getAsString()).isEqualTo("a.txt");
        assertThat(figures.get("characters").getAsInt()).isEqualTo(3000);
        assertThat(figures.get("alphabet").getAsInt()).isEqualTo(6);
        JsonArray runs = figures.getAsJsonArray("runs");
        assertThat(runs).hasSize(4);
        for (JsonElement each : runs) {
            JsonArray perplexity = each.getAsJsonObject().getAsJsonArray("perplexity");
            assertThat(perplexity).hasSize(2);
            assertThat(perplexity.get(1).getAsDouble()).isBetween(1.0, 6.5);
        }
        assertThat(runs.get(2).getAsJsonObject().getAsJsonObject("learned").keySet())
                .contains("level0/alpha");
        assertThat(run.out()).contains("a.txt: 2700 characters", "Adam(1e-3) / SGD(1e-5)");
        assertThat(Jsoup.parse(Files.readString(report)).text()).contains("Perplexity");
    }

    @Test
    void textThatIsNoTextOrTooShortExitsWithOneAndOneLine() throws Exception {
        CommandRun none = run("--model=char-rnn", "--data-dir=" + folder);
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.err()).contains("no text (*.txt)").hasLineCount(1);
        text("a.txt", "short");
        CommandRun tooShort = run("--model=char-rnn", "--data-dir=" + folder);
        assertThat(tooShort.code()).isEqualTo(1);
        assertThat(tooShort.err()).contains("has 5 characters").hasLineCount(1);
        Files.write(
                folder.resolve("a.txt"),
                "\u00e9".repeat(5000).getBytes(StandardCharsets.ISO_8859_1));
        CommandRun binary = run("--model=char-rnn", "--data-dir=" + folder);
        assertThat(binary.code()).isEqualTo(1);
        assertThat(binary.err()).contains("UTF-8").hasLineCount(1);
        CommandRun missing = run("--model=char-rnn", "--data-dir=" + folder.resolve("nowhere"));
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.err()).contains("no such folder").hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--model=resnet",
                "--base=lion",
                "--semantics=other",
                "--heights=-1",
                "--heights=21",
                "--rates=0",
                "--rates=NaN",
                "--rates=a",
                "--kappa=-1",
                "--limit=0",
                "--epochs=0",
                "--runs=2",
                "--runs=0",
                "--paper",
                "--model=char-rnn",
                "--data-dir=/tmp"
            })
    void wrongUseExitsWithTwo(String option) {
        CommandRun run = run(option);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("Usage: examples/run hyperopt");
        assertThat(report).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--paper --dataset=mnist --base=sgd|--base makes no sense",
                "--paper --dataset=mnist --kappa=1|--kappa makes no sense",
                "--paper --dataset=mnist --model=char-rnn|--paper makes no sense",
                "--paper --dataset=fashion-mnist|needs --dataset mnist, got fashion-mnist",
                "--model=char-rnn --data-dir=x --dataset=mnist|--dataset mnist makes no sense",
                "--model=char-rnn --data-dir=x --rates=1|--rates makes no sense"
            })
    void optionsThatDoNotFitTogetherExitWithTwo(String options, String message) {
        CommandRun run = run(options.split(" "));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err().lines().findFirst())
                .hasValueSatisfying(line -> assertThat(line).contains(message));
    }

    @Test
    void missingFolderExitsWithOneAndOneLine() {
        CommandRun run =
                run("--paper", "--dataset=mnist", "--data-dir=" + folder.resolve("nowhere"));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("no such folder").hasLineCount(1);
    }

    @Test
    void quietPrintsNothing() {
        CommandRun run = smallGrid("--quiet", "--base=sgd", "--heights=0");
        assertThat(run.code()).isZero();
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEmpty();
        assertThat(report).exists();
        assertThat(json).exists();
    }
}
