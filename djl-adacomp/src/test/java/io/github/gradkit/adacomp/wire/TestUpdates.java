package io.github.gradkit.adacomp.wire;

import io.github.gradkit.adacomp.compress.DenseUpdate;
import io.github.gradkit.adacomp.compress.LayerKind;
import io.github.gradkit.adacomp.compress.LayerSpec;
import io.github.gradkit.adacomp.compress.LayerUpdate;
import io.github.gradkit.adacomp.compress.OneBitUpdate;
import io.github.gradkit.adacomp.compress.SparseUpdate;
import io.github.gradkit.adacomp.compress.TernaryUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Updates for tests. */
final class TestUpdates {

    private TestUpdates() {}

    static TernaryUpdate ternary(
            int size, int binLength, int binsPerScale, double share, long seed) {
        Random random = new Random(seed);
        int[] codes = chosen(size, share, random).map(i -> i << 1 | random.nextInt(2)).toArray();
        float[] scales = new float[TernaryUpdate.scaleCount(size, binLength, binsPerScale)];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = random.nextFloat();
        }
        return new TernaryUpdate(size, binLength, binsPerScale, codes, scales);
    }

    static SparseUpdate sparse(int size, double share, long seed) {
        Random random = new Random(seed);
        int[] indices = chosen(size, share, random).toArray();
        return new SparseUpdate(size, indices, floats(indices.length, random));
    }

    static OneBitUpdate oneBit(int size, long seed) {
        Random random = new Random(seed);
        long[] bits = new long[(size + 63) / 64];
        chosen(size, 0.5, random).forEach(i -> bits[i / 64] |= 1L << i);
        return new OneBitUpdate(size, bits, random.nextFloat(), -random.nextFloat());
    }

    static DenseUpdate dense(int size, long seed) {
        return new DenseUpdate(floats(size, new Random(seed)));
    }

    /** Exactly as many values in every bin, at random places. */
    static TernaryUpdate even(int bins, int binLength, int perBin, long seed) {
        Random random = new Random(seed);
        int[] codes =
                IntStream.range(0, bins)
                        .flatMap(
                                bin ->
                                        random.ints(0, binLength)
                                                .distinct()
                                                .limit(perBin)
                                                .sorted()
                                                .map(i -> bin * binLength + i))
                        .map(i -> i << 1 | random.nextInt(2))
                        .toArray();
        return new TernaryUpdate(bins * binLength, binLength, bins, codes, new float[] {0.125f});
    }

    /** Anything, of a size up to 300. */
    static LayerUpdate any(Random random) {
        int size = random.nextInt(10) == 0 ? random.nextInt(3) : random.nextInt(300);
        double share = Math.pow(random.nextDouble(), 2);
        long seed = random.nextLong();
        return switch (random.nextInt(6)) {
            case 0 -> dense(size, seed);
            case 1 -> sparse(size, share, seed);
            case 2 -> oneBit(size, seed);
            default -> ternary(size, 1 + random.nextInt(80), 1 + random.nextInt(9), share, seed);
        };
    }

    static UpdateMessage message(LayerUpdate... layers) {
        return new UpdateMessage(3, 1_000_000, 64, List.of(layers), new int[0]);
    }

    static MessageFormat format(LayerUpdate... layers) {
        List<LayerSpec> specs = new ArrayList<>();
        for (LayerUpdate layer : layers) {
            specs.add(
                    new LayerSpec(
                            specs.size() + "_weight", LayerKind.FULLY_CONNECTED, layer.size()));
        }
        return MessageFormat.of("test", specs);
    }

    static float[] values(LayerUpdate update) {
        float[] values = new float[update.size()];
        update.addTo(values, 1);
        return values;
    }

    /** Returns what comes back of an update: dense if the class is lost. */
    static LayerUpdate expected(LayerUpdate update, LayerUpdate decoded) {
        return decoded instanceof DenseUpdate ? new DenseUpdate(values(update)) : update;
    }

    private static IntStream chosen(int size, double share, Random random) {
        return IntStream.range(0, size).filter(i -> random.nextDouble() < share);
    }

    private static float[] floats(int count, Random random) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
