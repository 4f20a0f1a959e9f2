package io.github.gradkit.examples.learninit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.gradkit.examples.CommandRun;
import io.github.gradkit.examples.CommandTest;
import io.github.gradkit.examples.data.CifarBytes;
import io.github.gradkit.examples.data.DataSetName;
import io.github.gradkit.examples.data.IdxBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.select.Elements;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearnInitCommandTest extends CommandTest {

    LearnInitCommandTest() {
        super("learninit");
    }

    /** Runs the command on little, unless told otherwise. */
    private CommandRun run(String... options) {
        return runWith(List.of("--problem=toy", "--seeds=2", "--size=0.1"), options);
    }

    /** The same for problems about images. */
    private CommandRun images(String... options) {
        return runWith(
                List.of("--problem=attack", "--seeds=1", "--size=0.1", "--epochs=2", "--limit=80"),
                options);
    }

    private JsonObject problem(String name) throws IOException {
        return figures().getAsJsonObject("problems").getAsJsonObject(name);
    }

    private static List<JsonObject> starts(JsonObject problem) {
        return rows(problem, "starts");
    }

    private static JsonObject start(JsonObject problem, String name) {
        return starts(problem).stream()
                .filter(start -> start.get("name").getAsString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static double figure(JsonObject object, String key) {
        return object.get(key).getAsDouble();
    }

    private static List<String> names(JsonObject problem) {
        return starts(problem).stream().map(start -> start.get("name").getAsString()).toList();
    }

    @Test
    void learnedStartsFindTheLowerMinimumAndSoDoesZero() throws Exception {
        CommandRun run = run("--size=0.5");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        JsonObject toy = problem("toy");
        assertThat(names(toy))
                .containsExactly(
                        "uniform",
                        "zero",
                        "mean",
                        "nearest",
                        "best of 10",
                        "arg-init",
                        "value-init x10");
        assertThat(figure(start(toy, "uniform"), "value")).isCloseTo(0, within(0.06));
        for (String good : List.of("zero", "arg-init", "value-init x10", "best of 10")) {
            assertThat(figure(start(toy, good), "value")).as(good).isCloseTo(-0.15, within(0.03));
        }
        assertThat(toy.get("bestBaseline").getAsString()).isEqualTo("zero");
        assertThat(figure(toy, "gainOverRandom")).isBetween(0.08, 0.2);
        assertThat(figure(start(toy, "uniform"), "gainOverRandom")).isZero();
        assertThat(figure(start(toy, "best of 10"), "steps")).isEqualTo(600);
        assertThat(figure(start(toy, "arg-init"), "steps"))
                .isLessThan(figure(start(toy, "zero"), "steps"));
        assertThat(figure(start(toy, "arg-init"), "stepsSaved")).isPositive();
        // No start at random comes near on all seeds.
        assertThat(start(toy, "uniform").has("steps")).isFalse();
        assertThat(run.out())
                .contains("Two minima", "Means over 2 seeds", "± ")
                .containsPattern("uniform +-?0\\.0\\d+ ± \\d\\.\\d+ +never")
                .contains("Report: " + report, "Figures: " + json);
    }

    @Test
    void figuresAreComplete() throws Exception {
        assertThat(run("--seed=6").code()).isZero();
        JsonObject figures = figures();
        assertThat(figures.get("command").getAsString()).isEqualTo("learninit");
        assertThat(figures.get("seed").getAsLong()).isEqualTo(6);
        assertThat(figures.get("seeds").getAsInt()).isEqualTo(2);
        assertThat(figures.get("dataset").getAsString()).isEqualTo("drawn");
        assertThat(figures.getAsJsonObject("versions").keySet())
                .containsExactly("gradkit", "djl", "engine");
        assertThat(figures.get("seconds.total").getAsDouble()).isPositive();
        assertThat(figures.getAsJsonObject("problems").keySet()).containsExactly("toy");
        for (JsonObject start : starts(problem("toy"))) {
            assertThat(figure(start, "seconds")).isPositive();
            assertThat(start.has("value")).isTrue();
            assertThat(start.has("valueInterval")).isTrue();
            boolean learned = start.get("role").getAsString().equals("learned");
            assertThat(figure(start, "trainingSeconds") > 0).isEqualTo(learned);
            JsonArray curve = start.getAsJsonArray("curve");
            JsonObject last = curve.get(curve.size() - 1).getAsJsonObject();
            assertThat(figure(last, "value")).isCloseTo(figure(start, "value"), within(1e-9));
        }
    }

    @Test
    void attacksStartAnywhereAndCountGradients() throws Exception {
        CommandRun run = images();
        assertThat(run.code()).as(run.err()).isZero();
        JsonObject attack = problem("attack");
        assertThat(names(attack))
                .containsExactly(
                        "uniform", "zero", "previous", "logit direction", "class mean", "learned");
        for (JsonObject start : starts(attack)) {
            assertThat(figure(start, "value")).isPositive();
            JsonArray curve = start.getAsJsonArray("curve");
            double first = figure(curve.get(0).getAsJsonObject(), "steps");
            // Two gradients of a start that takes some itself, and one step.
            boolean costly = start.get("name").getAsString().equals("logit direction");
            assertThat(first).isEqualTo(costly ? 4 : 1);
            assertThat(figure(curve.get(curve.size() - 1).getAsJsonObject(), "steps"))
                    .isEqualTo(20);
        }
        assertThat(attack.getAsJsonArray("twiceTheGradients")).hasSize(3);
        assertThat(figures().get("dataset").getAsString()).isEqualTo("digits");
        assertThat(run.out().replaceAll("\\s+", " "))
                .contains("with twice the gradients, 1 against 2:", "One seed can't tell")
                .contains("Evaluate robustness with random restarts all the same");
    }

    @Test
    void allProblemsAreSolvedInOrder() throws Exception {
        CommandRun run = images("--problem=power,explanation,toy,attack", "--size=0.02");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(figures().getAsJsonObject("problems").keySet())
                .containsExactly("toy", "attack", "explanation", "power");
        JsonObject power = problem("power");
        assertThat(names(power))
                .containsExactly("uniform", "maximum power", "best of 10", "objective-init");
        assertThat(power.get("higherIsBetter").getAsBoolean()).isTrue();
        assertThat(figure(start(power, "best of 10"), "value"))
                .isGreaterThan(figure(start(power, "uniform"), "value"));
        JsonObject explanation = problem("explanation");
        assertThat(names(explanation))
                .containsExactly("uniform", "zero", "mean", "nearest", "arg-init");
        assertThat(explanation.get("higherIsBetter").getAsBoolean()).isFalse();
        assertThat(run.out())
                .contains("Two minima", "Attacks on a classifier", "Contrastive explanations")
                .contains("Power allocation");
        assertThat(run.out().replaceAll("\\s+", " "))
                .contains("of the gap to it from one uniform start");

        Document page = Jsoup.parse(Files.readString(report));
        assertThat(page.title()).contains("Is a learned start worth it?");
        assertThat(page.text())
                .contains("Two minima", "Attacks on a classifier", "Contrastive explanations")
                .contains("Power allocation", "Gain over uniform", "Steps saved")
                .doesNotContain("NaN", "Infinity");
        assertThat(page.select("svg")).hasSizeGreaterThanOrEqualTo(4);
    }

    @Test
    void explanationsOfBothKindsAreFoundAndShown() throws Exception {
        CommandRun run = images("--problem=explanation", "--size=0.3", "--epochs=6", "--limit=300");
        assertThat(run.code()).as(run.err()).isZero();
        JsonObject negatives = problem("explanation");
        JsonObject positives = negatives.getAsJsonObject("positives");
        assertThat(names(positives)).isEqualTo(names(negatives));
        for (JsonObject problem : List.of(negatives, positives)) {
            assertThat(problem.has("gainOverRandom")).isTrue();
            assertThat(figure(start(problem, "zero"), "shareOfZero")).isEqualTo(1);
            assertThat(figure(start(problem, "zero"), "stepsToZero")).isBetween(1.0, 60.0);
        }
        List<JsonObject> rows = rows(negatives, "explanations");
        assertThat(rows.stream().map(LearnInitCommandTest::rowName))
                .startsWith(
                        "negative white-box zero false",
                        "negative white-box nearest false",
                        "negative white-box zero true",
                        "negative white-box learned true",
                        "negative black-box zero false")
                .endsWith("positive black-box learned true")
                .hasSize(16)
                .doesNotHaveDuplicates();
        for (JsonObject row : rows) {
            boolean white = row.get("access").getAsString().equals("white-box");
            assertThat(figure(row, "found")).isBetween(0.0, 1.0);
            assertThat(figure(row, "reached")).isBetween(0.0, 1.0);
            assertThat(figure(row, "l1")).isGreaterThanOrEqualTo(figure(row, "l2")).isPositive();
            double all = figure(row, "searches") * figure(row, "stepsPerSearch");
            assertThat(figure(row, "allIterations")).isEqualTo(all);
            assertThat(figure(row, "iterations")).isBetween(0.0, all);
            // A step takes two runs of the classifier, or one and two for each pair of points.
            double ofSteps = all * (white ? 2 : 1 + 2 * figure(row, "pairs"));
            assertThat(figure(row, "allQueries")).isBetween(ofSteps, ofSteps + 10);
            assertThat(figure(row, "queries")).isLessThanOrEqualTo(figure(row, "allQueries"));
            if (!white || !row.get("start").getAsString().equals("learned")) {
                continue;
            }
            assertThat(figure(row, "found")).isGreaterThan(0.5);
        }
        assertThat(run.out())
                .contains("Contrastive explanations: positives", "Negatives, white-box")
                .contains("Positives, black-box", "learned, learned c");
        assertThat(run.out().lines().filter(line -> !line.contains(": /")))
                .allMatch(line -> line.length() <= 80);

        Document page = Jsoup.parse(Files.readString(report));
        Elements pictures = page.select("img[src^=data:image/png]");
        // Of each image itself, and four explanations.
        assertThat(pictures.size()).isBetween(10, 20);
        assertThat(pictures.size() % 5).isZero();
        assertThat(pictures.eachAttr("alt"))
                .anyMatch(alt -> alt.startsWith("A part of the image, seen as "))
                .anyMatch(alt -> alt.startsWith("The image and more, seen as "));
        assertThat(page.text())
                .contains("Enough for ", "With this, another class", " → ", "Learned start, l1")
                .contains("Positives, black-box", "Steps (% of zero)")
                .doesNotContain("NaN", "Infinity");
    }

    private static List<JsonObject> rows(JsonObject problem, String name) {
        return StreamSupport.stream(problem.getAsJsonArray(name).spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    private static String rowName(JsonObject row) {
        return Stream.of("contrast", "access", "start", "learnedConstant")
                .map(key -> row.get(key).getAsString())
                .collect(Collectors.joining(" "));
    }

    @Test
    void sameSeedGivesTheSameExplanations() throws Exception {
        assertThat(images("--problem=explanation", "--size=0.02").code()).isZero();
        JsonObject first = withoutTimes(figures());
        String pictures = pictures();
        assertThat(images("--problem=explanation", "--size=0.02").code()).isZero();
        assertThat(withoutTimes(figures())).isEqualTo(first);
        assertThat(pictures()).isEqualTo(pictures).contains("data:image/png");
    }

    private String pictures() throws IOException {
        return Jsoup.parse(Files.readString(report)).select("img").toString();
    }

    @Test
    void sameSeedGivesTheSameValues() throws Exception {
        assertThat(images("--problem=toy,attack", "--seed=3", "--size=0.03").code()).isZero();
        JsonObject first = withoutTimes(figures());
        assertThat(images("--problem=toy,attack", "--seed=3", "--size=0.03").code()).isZero();
        assertThat(withoutTimes(figures())).isEqualTo(first);
        assertThat(images("--problem=toy,attack", "--seed=4", "--size=0.03").code()).isZero();
        assertThat(withoutTimes(figures()).get("problems")).isNotEqualTo(first.get("problems"));
    }

    private static JsonObject withoutTimes(JsonObject figures) {
        figures.remove("seconds.total");
        JsonObject problems = figures.getAsJsonObject("problems");
        for (String name : problems.keySet()) {
            removeTimes(problems.getAsJsonObject(name));
        }
        return figures;
    }

    private static void removeTimes(JsonObject problem) {
        for (JsonObject start : starts(problem)) {
            start.remove("seconds");
            start.remove("trainingSeconds");
        }
        if (problem.has("positives")) {
            removeTimes(problem.getAsJsonObject("positives"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--seeds=0 | --seeds must be from 1 to 30, got 0",
                "--seeds=31 | --seeds must be from 1 to 30, got 31",
                "--size=0 | --size must be above 0",
                "--size=1.5 | --size must be above 0",
                "--size=NaN | --size must be above 0",
                "--problem=nonsense | nonsense",
                "--limit=50 | no images are used",
                "--dataset=mnist | no --problem is about images",
                "--epochs=1 | no --problem is about images"
            })
    void wrongUseIsRefused(String option, String message) {
        CommandRun run = run(option);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--limit=9 | --limit must be at least 10, got 9",
                "--epochs=1 | --epochs must be at least 2, got 1",
            })
    void wrongUseWithImagesIsRefused(String option, String message) {
        CommandRun run = images(option);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(message);
    }

    @Test
    void filesOfMnistAndColourImagesAreRead() throws Exception {
        IdxBytes.writeTo(folder, DataSetName.DIGITS.load(null, 1).limit(30, 1));
        CommandRun grey =
                images(
                        "--dataset=mnist",
                        "--data-dir=" + folder,
                        "--problem=attack,explanation",
                        "--size=0.01");
        assertThat(grey.code()).as(grey.err()).isZero();
        assertThat(figures().get("dataset").getAsString()).isEqualTo("mnist");
        CifarBytes.writeTo(folder, 1);
        CommandRun colour =
                images("--dataset=cifar10", "--data-dir=" + folder, "--limit=20", "--size=0.005");
        assertThat(colour.code()).as(colour.err()).isZero();
    }

    @Test
    void quietPrintsNothing() {
        CommandRun run = run("--quiet", "--size=0.02");
        assertThat(run.code()).isZero();
        assertThat(run.out() + run.err()).isEmpty();
        assertThat(report).exists();
        assertThat(json).exists();
    }

    @Test
    void linesFitATerminal() {
        CommandRun run = images("--problem=toy,attack,power", "--size=0.01", "--seeds=2");
        assertThat(run.out().lines().filter(line -> !line.contains(": /")))
                .allMatch(line -> line.length() <= 80);
    }
}
