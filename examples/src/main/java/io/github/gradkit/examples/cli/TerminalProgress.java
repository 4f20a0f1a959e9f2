package io.github.gradkit.examples.cli;

import ai.djl.util.Progress;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** A progress bar on the standard error stream, removed when its work is done. */
final class TerminalProgress implements Progress {

    private static final String TERMINAL = "gradkit.terminal";
    private static final int INTERVAL_MILLIS = 200;

    private @Nullable ProgressBar bar;

    /**
     * Tells whether somebody may be watching.
     *
     * <p>The start script knows whether the standard error stream is a terminal; Java can't find
     * out.
     */
    static boolean hasTerminal() {
        return Boolean.getBoolean(TERMINAL);
    }

    @Override
    public void reset(String message, long max, @Nullable String trailingMessage) {
        end();
        bar =
                new ProgressBarBuilder()
                        .setTaskName(message)
                        .setInitialMax(max)
                        .setUpdateIntervalMillis(INTERVAL_MILLIS)
                        .clearDisplayOnFinish()
                        .build();
    }

    @Override
    public void start(long initialProgress) {
        update(initialProgress, null);
    }

    @Override
    public void end() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    @Override
    public void increment(long increment) {
        if (bar != null) {
            bar.stepBy(increment);
        }
    }

    @Override
    public void update(long progress, @Nullable String message) {
        if (bar != null) {
            bar.stepTo(progress);
        }
    }
}
