package io.github.gradkit.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/** Files that a command writes must not replace each other. */
class CommonOptionsTest {

    @Command(name = "any")
    private static final class Any {
        @Mixin private CommonOptions common;
    }

    private static CommonOptions options(String... args) {
        Any command = new Any();
        new CommandLine(command).parseArgs(args);
        return command.common;
    }

    @Test
    void neighbouringSeedsDifferForTheEngineTooOnBothSidesOfZero() {
        assertThat(LongStream.range(-1000, 1000).map(CommonOptions::engineSeed))
                .doesNotHaveDuplicates();
        assertThat(CommonOptions.engineSeed(42)).isEqualTo(42);
        assertThat(CommonOptions.engineSeed(42 + (1L << 32))).isNotEqualTo(42);
    }

    @Test
    void furtherFileMayBeNoneOfTheOthers() {
        CommonOptions options = options("--report", "a/report.html", "--json", "a/figures");
        assertThatThrownBy(
                        () -> options.requireOtherThanOutputs(Path.of("a/b/../figures"), "--more"))
                .isInstanceOf(ParameterException.class)
                .hasMessage("--json and --more must be different files, both are a/figures");
        assertThatThrownBy(
                        () -> options.requireOtherThanOutputs(Path.of("a/report.html"), "--more"))
                .isInstanceOf(ParameterException.class)
                .hasMessage("--report and --more must be different files, both are a/report.html");
        assertThatCode(() -> options.requireOtherThanOutputs(Path.of("a/record"), "--more"))
                .doesNotThrowAnyException();
    }

    @Test
    void furtherFileMayNotBeTheReportThatIsWrittenUnasked() {
        CommonOptions options = options();
        assertThatThrownBy(
                        () ->
                                options.requireOtherThanOutputs(
                                        Path.of("gradkit-any-report.html"), "--more"))
                .hasMessageContaining("--report and --more must be different files");
        assertThatCode(() -> options.requireOtherThanOutputs(Path.of("record"), "--more"))
                .doesNotThrowAnyException();
    }

    @Test
    void reportAndFiguresMustBeDifferentFiles() {
        CommonOptions options = options("--report", "a", "--json", "./a");
        assertThatThrownBy(options::check)
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("--json and --report must be different files");
    }
}
