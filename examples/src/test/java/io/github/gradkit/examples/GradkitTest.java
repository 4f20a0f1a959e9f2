package io.github.gradkit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GradkitTest {

    @Test
    void helpListsTheCommands() {
        CommandRun run = CommandRun.of("--help");
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("Usage: examples/run")
                .contains("tracin", "hyperopt", "adacomp", "learninit", "adm");
    }

    @Test
    void helpOfACommandListsItsOptions() {
        CommandRun run = CommandRun.of("tracin", "--help");
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("--dataset", "--data-dir", "--seed", "--epochs", "--report", "--json")
                .contains("digits, mnist, fashion-mnist")
                .contains("gradkit-tracin-report.html");
    }

    @Test
    void versionsAreReal() {
        CommandRun run = CommandRun.of("--version");
        assertThat(run.code()).isZero();
        assertThat(run.out()).containsPattern("Gradkit \\d").containsPattern("DJL \\d");
    }

    @Test
    void missingOrUnknownCommandIsWrongUse() {
        assertThat(CommandRun.of().code()).isEqualTo(2);
        assertThat(CommandRun.of("nonsense").code()).isEqualTo(2);
        assertThat(CommandRun.of("nonsense").err()).contains("nonsense");
    }
}
