package io.github.gradkit.examples;

import io.github.gradkit.examples.adacomp.AdaCompCommand;
import io.github.gradkit.examples.adm.AdmCommand;
import io.github.gradkit.examples.advtrain.AdvTrainCommand;
import io.github.gradkit.examples.cli.Errors;
import io.github.gradkit.examples.cli.Versions;
import io.github.gradkit.examples.gdat.GdatCommand;
import io.github.gradkit.examples.hyperopt.HyperOptCommand;
import io.github.gradkit.examples.learninit.LearnInitCommand;
import io.github.gradkit.examples.tracin.TracInCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The top command. */
@Command(
        name = "examples/run",
        mixinStandardHelpOptions = true,
        versionProvider = Versions.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Examples of the Gradkit plugins for Deep Java Library.",
        footer = {
            "",
            "Exit codes: 0 done, 1 failed, 2 used wrongly.",
            "'examples/run COMMAND --help' describes a command."
        },
        subcommands = {
            TracInCommand.class,
            AdvTrainCommand.class,
            GdatCommand.class,
            HyperOptCommand.class,
            AdaCompCommand.class,
            LearnInitCommand.class,
            AdmCommand.class
        })
public final class Gradkit {

    /** Made by picocli. */
    Gradkit() {}

    /**
     * Runs a command and ends the process with its exit code.
     *
     * @param args the command and its options
     */
    public static void main(String[] args) {
        System.exit(Errors.execute(commandLine(), args));
    }

    /**
     * Returns the command line.
     *
     * @return the top command with all commands
     */
    static CommandLine commandLine() {
        return new CommandLine(new Gradkit())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(new Errors());
    }
}
