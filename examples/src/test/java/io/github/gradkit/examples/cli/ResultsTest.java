package io.github.gradkit.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.gradkit.report.Report;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class ResultsTest {

    @TempDir Path folder;

    private final StringWriter out = new StringWriter();

    @Command(name = "any")
    private static final class Any {
        @Mixin private CommonOptions common;
    }

    private CommonOptions options(String... more) {
        Any command = new Any();
        List<String> args = new ArrayList<>(List.of(more));
        args.addAll(List.of("--report", folder.resolve("page.html").toString()));
        new CommandLine(command)
                .setOut(new PrintWriter(out))
                .parseArgs(args.toArray(String[]::new));
        return command.common;
    }

    private static Report page() {
        return Report.builder().setTitle("Page").addText("Text.").build();
    }

    @Test
    void figuresAndPageAreWrittenAndNamed() throws Exception {
        Path json = folder.resolve("figures.json");
        Results.write(options("--json", json.toString()), () -> "{}", ResultsTest::page);
        assertThat(json).hasContent("{}");
        assertThat(folder.resolve("page.html")).content().contains("Page");
        assertThat(out.toString()).contains("Figures: " + json, "Report: " + folder);
    }

    @Test
    void pageThatCantBeMadeLeavesTheFigures() {
        Path json = folder.resolve("figures.json");
        CommonOptions options = options("--json", json.toString());
        assertThatThrownBy(
                        () ->
                                Results.write(
                                        options,
                                        () -> "{}",
                                        () -> {
                                            throw new IllegalStateException("no page");
                                        }))
                .hasMessage("no page");
        assertThat(json).hasContent("{}");
    }

    @Test
    void figuresThatNobodyWantsAreNotMade() throws Exception {
        Results.write(
                options(),
                () -> {
                    throw new IllegalStateException("not wanted");
                },
                ResultsTest::page);
        assertThat(folder.resolve("page.html")).exists();
        assertThat(out.toString()).doesNotContain("Figures");
    }
}
