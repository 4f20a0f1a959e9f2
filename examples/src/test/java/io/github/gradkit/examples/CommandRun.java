package io.github.gradkit.examples;

import io.github.gradkit.examples.cli.Errors;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * A command as the user sees it.
 *
 * @param code the exit code
 * @param out what was printed
 * @param err what was printed to the standard error stream
 */
public record CommandRun(int code, String out, String err) {

    public static CommandRun of(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                Gradkit.commandLine()
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .setColorScheme(
                                CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        int code = Errors.execute(command, args);
        return new CommandRun(code, out.toString(), err.toString());
    }
}
