package io.github.gradkit.support.state;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Uses files in threads that are interrupted, before or meanwhile.
 *
 * <p>An interrupt closes a FileChannel. But it asks a training to end, and is no reason to lose
 * what was learned until then: it is put off.
 */
final class Uninterrupted {

    private Uninterrupted() {}

    /** Uses a channel from start to end. */
    interface Action<T> {
        T run() throws IOException;
    }

    /** Runs the action, once more each time that an interrupt ended it. */
    static <T> T run(Action<T> action) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return action.run();
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
