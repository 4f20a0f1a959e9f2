package io.github.gradkit.support.gradient;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs forward and backward passes of foreign code so that a garbage collection cannot spoil the
 * gradients unnoticed.
 *
 * <p>Stock losses such as {@code L2Loss} multiply by a Java number inside the collector. That
 * number lives in a Java direct buffer that nothing refers to any more when torch reads it in the
 * backward pass (see {@link CollectorConstants}, which own code should use instead). The guard
 * counts garbage collections before and after the pass and runs the pass again if there was one.
 *
 * <p>Why the count can be trusted. The memory of a direct buffer is only released after the
 * collector found the buffer unreachable, and it is released by a Java thread. A collector that
 * stops the world (Serial, Parallel, and the young, mixed and full collections of G1) works on
 * references inside a pause and raises its count before the pause ends, so no thread can release
 * memory before the count has changed. The concurrent collectors (Z, Shenandoah, and G1 while
 * marking) take an object made after the start of a marking as reachable for that whole marking, so
 * a buffer made in the pass can only be found unreachable by a collection that begins in the pass.
 * That one begins with a pause, which is counted when it ends, before any reference is worked on.
 * Buffers from before the pass may well be released during the pass; the pass does not read them.
 */
public final class CollectionGuard {

    private static final Logger logger = LoggerFactory.getLogger(CollectionGuard.class);

    private static final int MAX_TRIES = 5;

    private CollectionGuard() {}

    /**
     * Runs a pass until no garbage collection happened during it, at most 5 times.
     *
     * <p>If there was a collection in each of the tries, the last result is returned and a warning
     * is logged. A result of a discarded try is closed if it is {@link AutoCloseable}.
     *
     * @param <T> the type of the result
     * @param pass a whole forward and backward pass, collector included. It must be repeatable:
     *     clear the gradients it adds to at its beginning, draw no random numbers that must differ
     *     between calls, and leave no arrays behind
     * @return what the pass returned in the last try
     */
    public static <T extends @Nullable Object> T run(Supplier<T> pass) {
        return run(pass, CollectionGuard::collections);
    }

    static <T extends @Nullable Object> T run(Supplier<T> pass, LongSupplier collections) {
        for (int tries = 1; ; tries++) {
            long before = collections.getAsLong();
            T result = pass.get();
            if (collections.getAsLong() == before) {
                return result;
            }
            if (tries == MAX_TRIES) {
                warn();
                return result;
            }
            discard(result);
        }
    }

    private static long collections() {
        long count = 0;
        for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
            // A bean without a count says -1, which is as good as constant.
            count += bean.getCollectionCount();
        }
        return count;
    }

    private static void warn() {
        logger.warn(
                "The Java garbage collector ran during each of {} tries of a forward and backward"
                    + " pass. A loss that computes with Java numbers may have got a wrong gradient."
                    + " Give the Java machine a larger heap (-Xmx), or use a smaller batch.",
                MAX_TRIES);
    }

    private static void discard(@Nullable Object result) {
        if (result instanceof AutoCloseable resource) {
            try {
                resource.close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(
                        "The result of a discarded pass could not be closed.", e);
            }
        }
    }
}
