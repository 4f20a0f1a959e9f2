package io.github.gradkit.examples.gdat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.gradkit.examples.CommandRun;
import io.github.gradkit.examples.CommandTest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GdatCommandTest extends CommandTest {

    GdatCommandTest() {
        super("gdat");
    }

    private CommandRun run(String... options) {
        return runWith(List.of(), options);
    }

    private static double number(JsonElement json, String... path) {
        JsonElement element = json;
        for (String name : path) {
            element = element.getAsJsonObject().get(name);
        }
        return element.getAsDouble();
    }

    @Test
    void convergenceIsThatOfTheTheorem() throws Exception {
        CommandRun run = run("--steps=10000");
        assertThat(run.code()).as(run.err()).isZero();
        JsonObject figures = figures();
        assertThat(number(figures, "slope.tuned")).isBetween(-.55, -.40);
        assertThat(number(figures, "slope.clean")).isBetween(-.3, -.1);
        assertThat(figures.get("certificateViolations").getAsLong()).isZero();
        assertThat(figures.get("certificateChecks").getAsLong()).isGreaterThan(50_000);
        assertThat(figures.getAsJsonArray("cleanGapTimesLogT"))
                .extracting(JsonElement::getAsDouble)
                .usingElementComparator((a, b) -> Math.abs(a - b) < .001 ? 0 : 1)
                .containsExactly(.164, .139, .128);
        JsonArray rows = figures.getAsJsonArray("rows");
        assertThat(rows).hasSize(3);
        JsonElement last = rows.get(2);
        assertThat(number(last, "steps")).isEqualTo(1e4);
        assertThat(number(last, "clean", "gap")).isCloseTo(1.39e-2, within(1e-4));
        assertThat(number(last, "fixed", "gap")).isCloseTo(3.41e-3, within(1e-5));
        assertThat(number(last, "tuned", "gap")).isCloseTo(3.45e-3, within(1e-5));
        assertThat(number(last, "tuned", "radius")).isCloseTo(.4012, within(1e-4));
        assertThat(number(last, "tuned", "norm")).isCloseTo(66.3, within(.1));
    }

    @Test
    void marginsAndChartsAreReported() throws Exception {
        CommandRun run = run("--steps=3000");
        assertThat(run.code()).as(run.err()).isZero();
        assertPrinted(run);
        assertPage();
        JsonArray mixed = figures().getAsJsonArray("mixed");
        assertThat(mixed).hasSize(3);
        double[] gammas = {.528894, .474237, .596962};
        for (int i = 0; i < 3; i++) {
            assertThat(number(mixed.get(i), "gamma")).isCloseTo(gammas[i], within(1e-6));
            assertThat(number(mixed.get(i), "dualityGap")).isBetween(-1e-12, 1e-8);
        }
        for (JsonElement study : figures().getAsJsonArray("scale")) {
            double l2 = number(study, "largestRadius", "l2");
            assertThat(number(study, "largestRadius", "linf")).isPositive().isLessThan(l2);
            assertThat(number(study, "largestRadius", "l1")).isGreaterThan(l2);
            assertThat(study.getAsJsonObject().getAsJsonArray("rows")).hasSize(3);
        }
    }

    private void assertPrinted(CommandRun run) {
        assertThat(run.out())
                .contains("violated at 0.", "Digits 2 and 9", "Report: " + report)
                .contains(" 3000 |");
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 78 || line.contains("/"));
    }

    private void assertPage() throws IOException {
        Document page = Jsoup.parse(report.toFile());
        assertThat(page.text())
                .contains("Missing margin after T steps")
                .contains("Loss without perturbations")
                .contains("Length of the weights")
                .contains("reproduces what the theorem predicts");
    }

    @Test
    void seedDecidesTheRandomPointsOnlyAndQuietPrintsNothing() throws Exception {
        assertThat(run("--steps=1000", "--seed=1").code()).isZero();
        JsonObject first = figures();
        Files.delete(report);
        CommandRun quiet = run("--steps=1000", "--seed=2", "--quiet");
        assertThat(quiet.code()).isZero();
        assertThat(quiet.out()).isEmpty();
        assertThat(report).exists();
        JsonObject second = figures();
        assertThat(second.get("rows")).isEqualTo(first.get("rows"));
        JsonArray one = first.getAsJsonArray("scale");
        JsonArray two = second.getAsJsonArray("scale");
        assertThat(two.get(0)).isNotEqualTo(one.get(0));
        assertThat(two.get(1)).isEqualTo(one.get(1));
    }

    @Test
    void stepSizeThatExplodesIsReportedInOneLine() {
        CommandRun run = run("--steps=1000", "--step-size=1e6");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("examples/run gdat: --step-size 1000000.0 is too large")
                .hasLineCount(1);
        assertThat(report).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--steps=999", "--steps=2000000000", "--step-size=0", "--step-size=NaN",
                "--a=-1", "--dataset=digits", "--epochs=3", "--data-dir=x"
            })
    void wrongUseIsRefused(String option) {
        CommandRun run = run(option);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(option.substring(0, option.indexOf('=')));
        assertThat(report).doesNotExist();
    }
}
