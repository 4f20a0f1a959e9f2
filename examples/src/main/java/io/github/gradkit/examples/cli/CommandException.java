package io.github.gradkit.examples.cli;

/** A command can't do its work, and the message says all that the user needs. */
public final class CommandException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception.
     *
     * @param message what is wrong and what to do
     */
    public CommandException(String message) {
        super(message);
    }
}
