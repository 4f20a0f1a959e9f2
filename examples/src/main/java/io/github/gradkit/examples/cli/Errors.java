package io.github.gradkit.examples.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Turns what went wrong into one line, or into a stack trace with {@code --debug}. */
public final class Errors implements IExecutionExceptionHandler {

    private static final int FAILED = 1;

    /** Makes a handler. */
    public Errors() {}

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        return report(e, command, command.getParseResult().hasMatchedOption("--debug"));
    }

    /**
     * Runs a command line.
     *
     * @param commandLine the top command
     * @param args what the user typed
     * @return the exit code: 0 done, 1 failed, 2 used wrongly
     */
    public static int execute(CommandLine commandLine, String... args) {
        try {
            return commandLine.execute(args);
        } catch (LinkageError | OutOfMemoryError e) {
            // picocli handles exceptions only; these mean a broken native library or too little
            // memory
            return report(e, commandLine, String.join(" ", args).contains("--debug"));
        }
    }

    private static int report(Throwable e, CommandLine command, boolean debug) {
        if (debug) {
            e.printStackTrace(command.getErr());
        } else {
            command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + line(e));
        }
        command.getErr().flush();
        return FAILED;
    }

    private static String line(Throwable e) {
        String message = e.getMessage() == null ? "" : e.getMessage().strip();
        boolean plain = speaksForItself(e) && !message.isEmpty();
        String kind = plain ? "" : " (" + e.getClass().getSimpleName() + "; --debug shows more)";
        return oneLine(message) + kind;
    }

    /** Tells whether the message was written for the user. */
    private static boolean speaksForItself(Throwable e) {
        return e instanceof CommandException
                || e.getClass() == IOException.class
                || (e instanceof FileSystemException file && file.getReason() != null);
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s*\\R\\s*", " ");
    }
}
