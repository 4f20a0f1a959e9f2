package io.github.gradkit.examples.learninit;

/** Measures time. */
final class Clock {

    private Clock() {}

    /** Returns the seconds since a time of {@link System#nanoTime()}. */
    static double since(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }
}
