package io.github.gradkit.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.util.Arrays;

/**
 * Two things timed in turn, so that a slow moment of the machine hits both.
 *
 * @param floor the median of the times of the first, in milliseconds
 * @param time the median of the times of the second, in milliseconds
 * @param ratio the median of the ratios of the rounds, second over first
 */
record Paired(double floor, double time, double ratio) {

    /** What counts as time. */
    enum Clock {
        /** The time that passes. */
        WALL,
        /** The processor time that this process takes, which others on the machine don't raise. */
        CPU,
        /** The processor time of the calling thread, which is finer than that of the process. */
        THREAD;

        private long nanos() {
            return switch (this) {
                case WALL -> System.nanoTime();
                case CPU -> processorTime();
                case THREAD -> ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            };
        }

        private static long processorTime() {
            OperatingSystemMXBean bean = ManagementFactory.getOperatingSystemMXBean();
            if (bean instanceof com.sun.management.OperatingSystemMXBean system) {
                return system.getProcessCpuTime();
            }
            throw new IllegalStateException(
                    "This virtual machine does not tell its processor time. Use --clock wall.");
        }

        private double millis(Runnable work) {
            long start = nanos();
            work.run();
            return (nanos() - start) / 1e6;
        }
    }

    /** Measures work against a floor. */
    static Paired of(Clock clock, int rounds, Runnable floor, Runnable work) {
        double[] floors = new double[rounds];
        double[] times = new double[rounds];
        double[] ratios = new double[rounds];
        // The round before the first one warms up.
        for (int round = -1; round < rounds; round++) {
            double first = clock.millis(floor);
            double second = clock.millis(work);
            if (round >= 0) {
                floors[round] = first;
                times[round] = second;
                ratios[round] = second / first;
            }
        }
        return new Paired(median(floors), median(times), median(ratios));
    }

    /** Returns the upper median. */
    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
