package io.github.gradkit.adacomp.compress;

/** Says that a gradient can't be sent, because it holds something that is not a finite number. */
public class GradientException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /**
     * Makes an exception.
     *
     * @param message what is wrong, where, and what to do
     */
    public GradientException(String message) {
        super(message);
    }
}
