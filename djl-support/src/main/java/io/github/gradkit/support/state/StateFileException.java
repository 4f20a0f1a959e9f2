package io.github.gradkit.support.state;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Tells that a state file could not be written, could not be read, or is not the one wanted. */
public class StateFileException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message which file, what is wrong and what to do
     */
    public StateFileException(String message) {
        super(message);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param message which file, what is wrong and what to do
     * @param cause the failure behind it, or {@code null}
     */
    public StateFileException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    static StateFileException of(Path file, String problem) {
        return of(file, problem, null);
    }

    static StateFileException of(Path file, String problem, @Nullable Throwable cause) {
        return new StateFileException("State file " + file + ": " + problem, cause);
    }
}
