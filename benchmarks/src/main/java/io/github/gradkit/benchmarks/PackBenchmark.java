package io.github.gradkit.benchmarks;

import io.github.gradkit.adacomp.compress.AdaComp;
import io.github.gradkit.adacomp.compress.LayerCompressor;
import io.github.gradkit.adacomp.compress.LayerKind;
import io.github.gradkit.adacomp.compress.LayerSpec;
import io.github.gradkit.adacomp.compress.LayerUpdate;
import io.github.gradkit.adacomp.wire.LayerSize;
import io.github.gradkit.adacomp.wire.MessageFormat;
import io.github.gradkit.adacomp.wire.UpdateMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How fast a gradient is packed and unpacked, beside a plain {@code r += d} over as many values;
 * and how many bits its code takes, beside the entropy of which values are sent.
 *
 * <p>Gradients are normal random numbers, where each bin has much to send: the hardest case for
 * branches. Several gradients take turns, so that large ones come from memory.
 */
final class PackBenchmark {

    private static final int GRADIENTS = 3;
    private static final long WARM_UP_NANOS = 3_000_000_000L;

    private final int size;
    private final int binLength;
    private final int threads;
    private final float[] plain;
    private final float[] sum;
    private final FloatBuffer[] gradients = new FloatBuffer[GRADIENTS];
    private final float[][] arrays = new float[GRADIENTS][];
    private final LayerCompressor[] layers;
    private final LayerUpdate[] updates;
    private int turn;

    PackBenchmark(int size, int binLength, int threads) {
        this.size = size;
        this.binLength = binLength;
        this.threads = threads;
        plain = new float[size];
        sum = new float[size / threads];
        AdaComp adaComp = AdaComp.builder().optBinLength("layer", binLength).build();
        layers = new LayerCompressor[threads];
        updates = new LayerUpdate[threads];
        for (int t = 0; t < threads; t++) {
            layers[t] =
                    adaComp.open(new LayerSpec("layer", LayerKind.FULLY_CONNECTED, size / threads));
        }
        SplittableRandom random = new SplittableRandom(1);
        for (int g = 0; g < GRADIENTS; g++) {
            arrays[g] = new float[size];
            for (int i = 0; i < size; i++) {
                arrays[g][i] = (float) random.nextGaussian();
            }
            gradients[g] =
                    ByteBuffer.allocateDirect(4 * size)
                            .order(ByteOrder.nativeOrder())
                            .asFloatBuffer()
                            .put(arrays[g])
                            .flip();
        }
    }

    private void stream() {
        float[] d = arrays[turn++ % GRADIENTS];
        float[] r = plain;
        for (int i = 0; i < r.length; i++) {
            r[i] += d[i];
        }
    }

    private void pack() {
        FloatBuffer gradient = gradients[turn++ % GRADIENTS];
        if (threads == 1) {
            updates[0] = layers[0].compress(turn, gradient);
            return;
        }
        int part = size / threads;
        IntStream.range(0, threads)
                .parallel()
                .forEach(
                        t -> updates[t] = layers[t].compress(turn, gradient.slice(t * part, part)));
    }

    private void unpack() {
        for (LayerUpdate update : updates) {
            update.addTo(sum, .25f);
        }
    }

    /** Vector code is slow until the last compiler of the virtual machine is done with it. */
    private void warmUp() {
        long start = System.nanoTime();
        while (System.nanoTime() - start < WARM_UP_NANOS) {
            stream();
            pack();
            unpack();
        }
    }

    /** Prints a line, and one about the code. */
    void run(int rounds) {
        int repeats = Math.max(1, 2_000_000 / size);
        // Others on the machine don't raise the processor time of a thread.
        Paired.Clock clock = threads == 1 ? Paired.Clock.THREAD : Paired.Clock.WALL;
        warmUp();
        Paired packing =
                Paired.of(
                        clock,
                        rounds,
                        () -> repeat(repeats, this::stream),
                        () -> repeat(repeats, this::pack));
        Paired unpacking =
                Paired.of(
                        clock,
                        rounds,
                        () -> repeat(repeats, this::stream),
                        () -> repeat(repeats, this::unpack));
        double gigabytes = 4e-6 * size * repeats;
        int sent = 0;
        for (LayerUpdate update : updates) {
            sent += update.sent();
        }
        System.out.printf(
                Locale.ROOT,
                "  %9d values, bins of %3d, %d thread(s): r += d %6.2f GB/s, pack %6.2f GB/s (%.2f"
                        + " of it), unpack %6.2f GB/s, %.1f sent per bin%n",
                size,
                binLength,
                threads,
                gigabytes / packing.floor(),
                gigabytes / packing.time(),
                1 / packing.ratio(),
                gigabytes / unpacking.time(),
                (double) sent * binLength / size);
        if (threads == 1) {
            printCoding(updates[0]);
        }
    }

    /** Prints how long the update is in a message, headers of the whole message left out. */
    private static void printCoding(LayerUpdate update) {
        LayerSpec layer = new LayerSpec("layer", LayerKind.FULLY_CONNECTED, update.size());
        LayerSize coded =
                MessageFormat.of("benchmark", List.of(layer))
                        .sizes(new UpdateMessage(0, 0, 1, List.of(update), new int[0]))
                        .get(0);
        double bits = 8.0 * coded.bytes() / update.sent();
        double least = log2Choose(update.size(), update.sent()) / update.sent() + 1;
        System.out.printf(
                Locale.ROOT,
                "            coded as %s: %.3f bits for each value sent, log2 C(n, k) / k + 1 is"
                        + " %.3f (%.3f of it)%n",
                coded.codec(),
                bits,
                least,
                bits / least);
    }

    private static double log2Choose(int n, int k) {
        double sum = 0;
        for (int i = 1; i <= k; i++) {
            sum += Math.log((double) (n - k + i) / i);
        }
        return sum / Math.log(2);
    }

    private static void repeat(int times, Runnable work) {
        for (int i = 0; i < times; i++) {
            work.run();
        }
    }
}
