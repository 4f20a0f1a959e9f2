package io.github.gradkit.adacomp.exchange;

/** Says that learners could not hand each other their messages. */
public class ExchangeException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /**
     * Makes an exception.
     *
     * @param message which learner, at which step, what went wrong, and what to do
     */
    public ExchangeException(String message) {
        super(message);
    }

    /**
     * Makes an exception with a cause.
     *
     * @param message which learner, at which step, what went wrong, and what to do
     * @param cause what went wrong
     */
    public ExchangeException(String message, Throwable cause) {
        super(message, cause);
    }
}
