package io.github.gradkit.benchmarks;

import ai.djl.util.Progress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints a line to the standard error stream when work starts, and each minute. */
final class LineProgress implements Progress {

    private static final long MINUTE = 60_000_000_000L;

    private String task = "";
    private long max;
    private long done;
    private long start;
    private long last;

    @Override
    public void reset(String message, long all, @Nullable String trailingMessage) {
        task = message;
        max = all;
        done = 0;
        start = System.nanoTime();
        print();
    }

    @Override
    public void start(long initialProgress) {
        done = initialProgress;
    }

    @Override
    public void end() {}

    @Override
    public void increment(long increment) {
        update(done + increment, null);
    }

    @Override
    public void update(long progress, @Nullable String message) {
        done = progress;
        if (System.nanoTime() - last > MINUTE) {
            print();
        }
    }

    private void print() {
        last = System.nanoTime();
        System.err.printf(
                Locale.ROOT, "%s: %d of %d, %.1f min%n", task, done, max, (last - start) / 60e9);
    }
}
