package io.github.gradkit.adacomp.compress;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Adaptive residual compression: in each bin of a layer, sends the values that the newest gradient
 * could make the largest, as plus or minus one scale per layer.
 *
 * <p>With the residue {@code R} and the gradient {@code dW}, {@code G = R + dW} is all that is owed
 * and {@code H = G + (c - 1) dW} counts the newest gradient c times. A value of a bin is sent if
 * its {@code |H|} reaches the largest {@code |G|} of the bin. So the number sent adjusts itself:
 * many where the newest gradients are large beside what is owed, few where they are small. What is
 * sent is the sign of {@code G} times the mean of the bins' largest {@code |G|}; what is not sent,
 * and the error of what is, becomes the new residue.
 *
 * <p>What that leaves open is settled thus: a bin of zeros sends nothing; a value with {@code G =
 * 0} is not sent; the sign is that of {@code G}, also where that of {@code H} differs; the mean is
 * over all bins, those of zeros and a shorter last one included, taken in double precision and
 * rounded once; the first step is like any other, so it sends more than later ones do.
 *
 * <p>Compressed are weights of at least two bins; biases and the parameters of normalisation are
 * sent as they are. Nothing is drawn at random.
 *
 * <p>Cost: each step passes a few times over the values of a layer, without sorting. Memory: the
 * residue, of the size of the weights, 4 bytes for each value that was sent last, and room for
 * codes: 4 to 8 bytes for each value of the step that sent most, which is mostly the first.
 *
 * <p>With {@code --add-modules jdk.incubator.vector} on the command line of the virtual machine,
 * layers with bins of 32 values or more are packed with vector instructions, to the same bits:
 * measured with vectors of 512 bits on Java 17, 1.6 to 3.0 times as fast for layers of a million
 * values and more, 2.2 to 3.7 times for smaller ones. It needs vectors of 256 or 512 bits and the
 * optimizing compiler of the virtual machine, and is slow until that has compiled it. With {@code
 * -Xint} or {@code -XX:TieredStopAtLevel=1} leave the module out.
 *
 * <p>Source: C.-Y. Chen et al., <em>AdaComp: Adaptive Residual Gradient Compression for
 * Data-Parallel Distributed Training</em>, AAAI 2018. The choices above are ours.
 */
public final class AdaComp implements Compressor {

    /** The default bin length of convolutions. */
    public static final int CONVOLUTION_BIN_DEFAULT = 50;

    /** The default bin length of all other weights. */
    public static final int BIN_DEFAULT = 500;

    /** The default factor of the soft threshold. */
    public static final double SOFT_THRESHOLD_DEFAULT = 2;

    private final Map<LayerKind, Integer> binLengths;
    private final Map<String, Integer> binLengthsByPath;
    private final Settings settings;

    /**
     * What all layers share.
     *
     * @param softThreshold how often the newest gradient counts for the choice
     * @param scaleRule how scales are computed
     * @param binsPerScale the number of bins that share a scale
     * @param residueClip the largest size of a value of the residue, in scales
     * @param denseSteps how many steps at the start send everything
     */
    public record Settings(
            float softThreshold,
            ScaleRule scaleRule,
            int binsPerScale,
            float residueClip,
            long denseSteps) {}

    private AdaComp(Builder builder) {
        binLengths = new EnumMap<>(builder.binLengths);
        // In order, since the signature must not depend on that of the calls.
        binLengthsByPath = new TreeMap<>(builder.binLengthsByPath);
        settings =
                new Settings(
                        (float) builder.softThreshold,
                        builder.scaleRule,
                        builder.binsPerScale,
                        (float) builder.residueClip,
                        builder.denseSteps);
    }

    /**
     * Starts a compressor.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the compressor with all defaults, which is that of the paper.
     *
     * @return the compressor
     */
    public static AdaComp ofDefaults() {
        return builder().build();
    }

    @Override
    public String name() {
        return "AdaComp";
    }

    @Override
    public String signature() {
        return String.format(
                Locale.ROOT,
                "adacomp bins=%s%s soft=%s scale=%s binsPerScale=%d clip=%s dense=%d",
                binLengths,
                binLengthsByPath.isEmpty() ? "" : binLengthsByPath,
                settings.softThreshold,
                settings.scaleRule,
                settings.binsPerScale,
                settings.residueClip,
                settings.denseSteps);
    }

    /**
     * Returns what all layers share.
     *
     * @return the settings other than bin lengths
     */
    public Settings settings() {
        return settings;
    }

    /**
     * Returns the bin length of a layer.
     *
     * @param layer the layer
     * @return 1 or more; 0 for a layer that is sent as it is
     */
    public int binLength(LayerSpec layer) {
        Integer own = binLengthsByPath.get(layer.path());
        if (own != null) {
            return own;
        }
        int length = binLengths.getOrDefault(layer.kind(), 0);
        return layer.size() < 2L * length ? 0 : length;
    }

    @Override
    public void check(List<LayerSpec> layers) {
        List<String> paths = layers.stream().map(LayerSpec::path).toList();
        for (Map.Entry<String, Integer> own : binLengthsByPath.entrySet()) {
            if (!paths.contains(own.getKey())) {
                throw new IllegalArgumentException(
                        "The bin length "
                                + own.getValue()
                                + " is for layer '"
                                + own.getKey()
                                + "', but no layer that collects gradients has this path, so it"
                                + " would change nothing. "
                                + NearestPaths.describe(own.getKey(), paths)
                                + " Mend the path in optBinLength, or leave it out if the layer is"
                                + " frozen.");
            }
        }
    }

    @Override
    public LayerCompressor open(LayerSpec layer) {
        int length = binLength(layer);
        return length == 0 ? new DenseLayer(layer) : new AdaCompLayer(layer, length, settings);
    }

    /** Collects the settings. */
    public static final class Builder {

        private final Map<LayerKind, Integer> binLengths = new EnumMap<>(LayerKind.class);
        private final Map<String, Integer> binLengthsByPath = new LinkedHashMap<>();
        private double softThreshold = SOFT_THRESHOLD_DEFAULT;
        private ScaleRule scaleRule = ScaleRule.MEAN_OF_BINS;
        private int binsPerScale = Integer.MAX_VALUE;
        private double residueClip = Double.POSITIVE_INFINITY;
        private long denseSteps;

        private Builder() {
            for (LayerKind kind : LayerKind.values()) {
                binLengths.put(kind, BIN_DEFAULT);
            }
            binLengths.put(LayerKind.CONVOLUTION, CONVOLUTION_BIN_DEFAULT);
            binLengths.remove(LayerKind.BIAS);
        }

        /**
         * Sets the bin length of a kind of layer. Default: {@value AdaComp#CONVOLUTION_BIN_DEFAULT}
         * for convolutions, {@value AdaComp#BIN_DEFAULT} for other weights; biases are sent as they
         * are. The kind is that of DJL's block, or guessed of the shape where the block is another:
         * see {@link LayerKind}.
         *
         * @param kind the kind
         * @param length 1 or more, or 0 to send these layers as they are; layers of less than two
         *     bins are sent as they are anyway
         * @return this builder
         * @throws IllegalArgumentException if it is negative or above {@link LayerSpec#MAX_SIZE}
         */
        public Builder optBinLength(LayerKind kind, int length) {
            if (checkLength(length) == 0) {
                // As by default, or two compressors that do the same would differ in signature.
                binLengths.remove(kind);
            } else {
                binLengths.put(kind, length);
            }
            return this;
        }

        /**
         * Sets the bin length of one layer, however small it is, whatever its kind: for blocks of
         * your own and imported models, where kinds are guessed. A path that the model doesn't have
         * is an error at the first batch, see {@link Compressor#check}.
         *
         * @param path the path of the parameter, such as {@code 02Linear_weight}
         * @param length 1 or more, or 0 to send the layer as it is
         * @return this builder
         * @throws IllegalArgumentException if it is negative or above {@link LayerSpec#MAX_SIZE}
         */
        public Builder optBinLength(String path, int length) {
            binLengthsByPath.put(path, checkLength(length));
            return this;
        }

        private static int checkLength(int length) {
            if (length < 0 || length > LayerSpec.MAX_SIZE) {
                throw new IllegalArgumentException(
                        "A bin has from 1 to "
                                + LayerSpec.MAX_SIZE
                                + " values, or 0 for none, but the length is "
                                + length
                                + ". Try 50 for convolutions and 500 for other weights.");
            }
            return length;
        }

        /**
         * Sets how often the newest gradient counts for the choice of what is sent (c). Default: 2.
         *
         * @param factor 1 or more; at 1 only the largest value of each bin is sent
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1 or not finite as a float
         */
        public Builder optSoftThreshold(double factor) {
            if (!(factor >= 1) || Float.isInfinite((float) factor)) {
                throw new IllegalArgumentException(
                        "The factor of the soft threshold must be 1 or more and finite as a float,"
                                + " but was "
                                + factor
                                + ". The default is 2.");
            }
            softThreshold = factor;
            return this;
        }

        /**
         * Sets how scales are computed. Default: {@link ScaleRule#MEAN_OF_BINS}. The other one is
         * not in the paper.
         *
         * @param rule the rule
         * @return this builder
         */
        public Builder optScaleRule(ScaleRule rule) {
            scaleRule = rule;
            return this;
        }

        /**
         * Sets the number of bins that share a scale. Default: all bins of a layer. Fewer help
         * where bins are very uneven, as in embeddings, since values of quiet bins are then not
         * sent far too large; each scale takes 32 bits. Not in the paper.
         *
         * @param bins 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optBinsPerScale(int bins) {
            if (bins < 1) {
                throw new IllegalArgumentException(
                        "A scale must serve 1 bin or more, but was to serve " + bins + ".");
            }
            binsPerScale = bins;
            return this;
        }

        /**
         * Sets the largest size of a value of the residue, as a multiple of its scale. What is
         * beyond is forgotten, so that the sum of what is sent is no longer that of the gradients.
         * Default: no limit. Not in the paper.
         *
         * @param scales more than 0; may be infinite
         * @return this builder
         * @throws IllegalArgumentException if it is not more than 0 as a float
         */
        public Builder optResidueClip(double scales) {
            if (!((float) scales > 0)) {
                throw new IllegalArgumentException(
                        "The limit of the residue must be more than 0 scales as a float, but was "
                                + scales
                                + ". Leave it out for no limit.");
            }
            residueClip = scales;
            return this;
        }

        /**
         * Sets how many steps at the start send everything, except what is owed where learners'
         * batches differ in size: that waits until they are over. Default: 0. Not in the paper.
         *
         * @param steps 0 or more
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder optDenseSteps(long steps) {
            if (steps < 0) {
                throw new IllegalArgumentException(
                        "The number of dense steps must be 0 or more, but was " + steps + ".");
            }
            denseSteps = steps;
            return this;
        }

        /**
         * Makes the compressor.
         *
         * @return the compressor
         */
        public AdaComp build() {
            return new AdaComp(this);
        }
    }
}
