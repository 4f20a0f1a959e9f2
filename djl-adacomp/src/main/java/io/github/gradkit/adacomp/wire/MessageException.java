package io.github.gradkit.adacomp.wire;

/** Says that bytes are not a message that this learner can use. */
public class MessageException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /**
     * Makes an exception.
     *
     * @param message what is wrong, the value seen, and what to do
     */
    public MessageException(String message) {
        super(message);
    }

    /**
     * Makes an exception with a cause.
     *
     * @param message what is wrong, the value seen, and what to do
     * @param cause what was found first
     */
    public MessageException(String message, Throwable cause) {
        super(message, cause);
    }
}
