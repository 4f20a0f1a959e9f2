package io.github.gradkit.adm.cut;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Labels many images of one size on a fixed number of threads.
 *
 * <p>Each thread has a minimizer and an energy of its own, and takes the next image when it is done
 * with one. So the results don't depend on the number of threads. It is closed by who made it, and
 * serves one caller at a time.
 */
public final class ParallelCuts implements AutoCloseable {

    private final List<Worker> workers;
    private final ExecutorService executor;

    private record Worker(LabelMinimizer minimizer, PottsEnergy energy) {}

    /** Puts the costs of an image into an energy. */
    @FunctionalInterface
    public interface EnergyFiller {

        /**
         * Fills an energy. Several threads call this at once, for different images.
         *
         * @param image the image's number, from 0
         * @param energy holds nothing: all costs and weights are 0, no pixel is fixed
         */
        void fill(int image, PottsEnergy energy);
    }

    /** What to do with the labelling that an energy's minimisation starts from. */
    public enum Start {
        /** Each pixel's cheapest label. */
        CHEAPEST,
        /** The labels in the given arrays. */
        GIVEN
    }

    /**
     * Makes the threads and their memory.
     *
     * @param threads how many threads, at least 1
     * @param minimizer makes a new minimizer for each
     * @param energy makes a new energy of the images' size for each
     * @throws IllegalArgumentException if there is no thread
     */
    public ParallelCuts(
            int threads,
            Supplier<? extends LabelMinimizer> minimizer,
            Supplier<PottsEnergy> energy) {
        if (threads < 1) {
            throw new IllegalArgumentException(
                    "Images can't be labelled on " + threads + " threads. Give 1 or more.");
        }
        this.workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            workers.add(new Worker(minimizer.get(), energy.get()));
        }
        AtomicInteger count = new AtomicInteger();
        this.executor =
                Executors.newFixedThreadPool(
                        threads,
                        task -> {
                            Thread thread = new Thread(task, "cut-" + count.incrementAndGet());
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /**
     * Labels images. Returns when all are done.
     *
     * @param filler gives the costs of each image
     * @param labellings for each image an array with one entry a pixel, which receives the labels
     * @param start where each minimisation starts
     * @return how it went, for each image
     * @throws IllegalArgumentException if the filler throws it, or an array has the wrong length or
     *     label; the other images may be done or not
     * @throws IllegalStateException if it is closed, or the thread is interrupted
     */
    public List<Minimum> label(EnergyFiller filler, int[][] labellings, Start start) {
        if (executor.isShutdown()) {
            throw new IllegalStateException(
                    "These threads were closed, so they can't label "
                            + labellings.length
                            + " images. Close them after the last image, or make new ones.");
        }
        Minimum[] results = new Minimum[labellings.length];
        AtomicInteger next = new AtomicInteger();
        List<Future<Void>> running = new ArrayList<>();
        for (Worker worker : workers) {
            Callable<Void> share =
                    () -> {
                        for (int i = next.getAndIncrement();
                                i < results.length;
                                i = next.getAndIncrement()) {
                            results[i] = label(worker, filler, i, labellings[i], start);
                        }
                        return null;
                    };
            running.add(executor.submit(share));
        }
        awaitAll(running, next, results.length);
        return List.of(results);
    }

    private static Minimum label(
            Worker worker, EnergyFiller filler, int image, int[] labelling, Start start) {
        worker.energy.clear();
        filler.fill(image, worker.energy);
        return start == Start.GIVEN
                ? worker.minimizer.improve(worker.energy, labelling)
                : worker.minimizer.minimize(worker.energy, labelling);
    }

    /** Waits for all, so that no thread still writes when the first failure is thrown. */
    private static void awaitAll(List<Future<Void>> running, AtomicInteger next, int images) {
        Throwable failure = null;
        boolean interrupted = false;
        for (Future<Void> one : running) {
            boolean done = false;
            while (!done) {
                try {
                    one.get();
                    done = true;
                } catch (InterruptedException e) {
                    interrupted = true;
                    next.set(images);
                } catch (ExecutionException e) {
                    done = true;
                    next.set(images);
                    failure = failure == null ? e.getCause() : failure;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while images were labelled.");
        }
        rethrow(failure);
    }

    private static void rethrow(@Nullable Throwable failure) {
        if (failure instanceof RuntimeException runtime) {
            throw runtime;
        }
        if (failure instanceof Error error) {
            throw error;
        }
    }

    /** Ends the threads. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
