package io.github.gradkit.adm.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How alike any two pixels of an image are, by position and colour:
 *
 * <pre>A(p, q) = exp( -|x_p - x_q|^2 / (2 sigma_x^2) - |I_p - I_q|^2 / (2 sigma_c^2) )</pre>
 *
 * <p>with positions x in pixels and all channels of colours I. A pixel is alike itself: A(p, p) =
 * 1.
 *
 * <p>The matrix A is never built; what is computed are {@linkplain #sums sums over pixels weighted
 * by it}. For N pixels and M values a pixel, {@link Method#EXACT} takes time N^2 (M + 8) and memory
 * of a few MB, {@link Method#GRID} takes time and memory in proportion to N and to the number of
 * cells of a grid, which is large for sigmas that are small compared to the image, or many
 * channels.
 *
 * <p>Source: the kernel of the dense CRF of Tang et al., <em>On Regularized Losses for
 * Weakly-supervised CNN Segmentation</em>, ECCV 2018. Their code filters with a permutohedral
 * lattice in place of a grid.
 */
public final class GaussianAffinity {

    /** The default sigma of positions, in pixels. */
    public static final double POSITION_SIGMA_DEFAULT = 100;

    /** The default sigma of colours from 0 to 1. */
    public static final double COLOUR_SIGMA_DEFAULT = 15.0 / 255;

    private static final Logger logger = LoggerFactory.getLogger(GaussianAffinity.class);

    /** Pixels for which exact sums take no time worth saving. */
    private static final int SMALL = 4096;

    private final double positionSigma;
    private final double colourSigma;
    private final Method method;
    private final Set<Method> logged = ConcurrentHashMap.newKeySet();

    private GaussianAffinity(Builder builder) {
        this.positionSigma = builder.positionSigma;
        this.colourSigma = builder.colourSigma;
        this.method = builder.method;
    }

    /** Ways to compute sums over pixels. */
    public enum Method {
        /**
         * Exact for images of up to 4096 pixels. Above, for each image the one that should be
         * faster, if one value a pixel fits on a grid of 256 MB; more values are filtered some at a
         * time. The first image for which a method is chosen is logged, with the time that it
         * should take.
         */
        AUTOMATIC,
        /** Pair by pair, in blocks, in the type of the values. */
        EXACT,
        /**
         * Values are spread on a grid of positions and colours, smoothed along each axis, and read
         * off: symmetric, without negative weights, in float32. In tests, sums over images with
         * noise are within 1 in 100 of the exact ones at every pixel.
         */
        GRID
    }

    /**
     * Returns a builder.
     *
     * @return a builder with all defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns sums over all pixels of an image, weighted by how alike they are to each pixel: A
     * times the values. No graph is built.
     *
     * @param images the images {@code (batch, channels, height, width)}, floating
     * @param values the values {@code (batch, values, height, width)}, float32 or float64
     * @return an array of shape and type of the values, on their manager
     * @throws IllegalArgumentException if the shapes or types don't fit, or the method is {@link
     *     Method#GRID} and the grid would be too large
     */
    public NDArray sums(NDArray images, NDArray values) {
        requireFit(images.getShape(), values.getShape());
        LossScope.requirePrecise("array of values", values);
        try (NDManager scope = values.getManager().newSubManager()) {
            NDArray given = values.stopGradient();
            given.attach(scope);
            NDArray sums = sums(PixelFeatures.of(images, positionSigma, colourSigma), given);
            sums.attach(values.getManager());
            return sums;
        }
    }

    private NDArray sums(List<PixelFeatures> features, NDArray values) {
        Shape shape = values.getShape();
        long channels = shape.get(1);
        // (batch, pixels, values)
        NDArray rows = values.reshape(shape.get(0), channels, -1).transpose(0, 2, 1);
        NDList sums = new NDList();
        for (int image = 0; image < features.size(); image++) {
            sums.add(sums(features.get(image), rows.get(image)));
        }
        return NDArrays.stack(sums).transpose(0, 2, 1).reshape(shape);
    }

    private NDArray sums(PixelFeatures features, NDArray rows) {
        int values = Math.toIntExact(rows.getShape().get(1));
        GaussianGrid grid = new GaussianGrid(features);
        Method chosen = method == Method.AUTOMATIC ? choose(features, grid, values) : method;
        return chosen == Method.GRID ? onGrid(grid, rows, values) : ExactSums.of(features, rows);
    }

    /** Chooses the method that should be faster for an image. */
    Method choose(PixelFeatures features, GaussianGrid grid, int values) {
        double exactly = ExactSums.cost(features.pixels(), values);
        double gridded = grid.cost(values);
        boolean small = features.pixels() <= SMALL;
        Method chosen = small || !(gridded < exactly) ? Method.EXACT : Method.GRID;
        if (logged.add(chosen)) {
            logger.info(
                    "An image of {} pixels with {} values each is summed by the method {}: on one"
                            + " core it takes about {} s exactly, and {} s on a grid of {} cells.",
                    features.pixels(),
                    values,
                    chosen,
                    seconds(exactly),
                    seconds(gridded),
                    String.format(Locale.ROOT, "%.0f", grid.cells()));
        }
        return chosen;
    }

    private static String seconds(double nanoseconds) {
        return String.format(Locale.ROOT, "%.3f", nanoseconds / 1e9);
    }

    private static NDArray onGrid(GaussianGrid grid, NDArray rows, int values) {
        float[] given;
        try (NDArray typed = rows.toType(DataType.FLOAT32, true)) {
            given = typed.toFloatArray();
        }
        float[] sums = grid.sums(given, values);
        try (NDArray buffered = rows.getManager().create(sums, rows.getShape());
                NDArray typed = buffered.toType(rows.getDataType(), true)) {
            // The copy moves the numbers from Java's memory into torch's, where a graph needs them.
            return typed.duplicate();
        }
    }

    private static void requireFit(Shape images, Shape values) {
        boolean fit =
                images.dimension() == 4
                        && values.dimension() == 4
                        && images.get(0) == values.get(0)
                        && images.get(2) == values.get(2)
                        && images.get(3) == values.get(3);
        if (!fit) {
            throw new IllegalArgumentException(
                    "Images of shape "
                            + images
                            + " and values of shape "
                            + values
                            + " don't fit: batch, height and width must be the same.");
        }
    }

    /** Sets up an affinity. */
    public static final class Builder {

        private double positionSigma = POSITION_SIGMA_DEFAULT;
        private double colourSigma = COLOUR_SIGMA_DEFAULT;
        private Method method = Method.AUTOMATIC;

        private Builder() {}

        /**
         * Sets how far apart pixels may be.
         *
         * @param sigma in pixels, above 0; {@link #POSITION_SIGMA_DEFAULT} by default
         * @return this builder
         * @throws IllegalArgumentException if it is not a finite number above 0
         */
        public Builder optPositionSigma(double sigma) {
            positionSigma = checked("positions", sigma);
            return this;
        }

        /**
         * Sets how different colours may be.
         *
         * @param sigma in units of the images' colours, above 0; {@link #COLOUR_SIGMA_DEFAULT} by
         *     default, for colours from 0 to 1
         * @return this builder
         * @throws IllegalArgumentException if it is not a finite number above 0
         */
        public Builder optColourSigma(double sigma) {
            colourSigma = checked("colours", sigma);
            return this;
        }

        /**
         * Sets how sums are computed.
         *
         * @param way the method; {@link Method#AUTOMATIC} by default
         * @return this builder
         */
        public Builder optMethod(Method way) {
            method = way;
            return this;
        }

        /**
         * Makes the affinity.
         *
         * @return the affinity
         */
        public GaussianAffinity build() {
            return new GaussianAffinity(this);
        }

        private static double checked(String of, double sigma) {
            if (!(sigma > 0 && sigma < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "The sigma of "
                                + of
                                + " is "
                                + sigma
                                + ", but must be a finite number above 0, since differences are"
                                + " divided by it.");
            }
            return sigma;
        }
    }
}
