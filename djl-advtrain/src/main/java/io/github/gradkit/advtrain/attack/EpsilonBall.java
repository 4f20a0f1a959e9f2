package io.github.gradkit.advtrain.attack;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The perturbed inputs an attack may choose from: all within a distance epsilon of the input, and
 * within the bounds of valid inputs.
 *
 * <pre>{@code
 * EpsilonBall images = EpsilonBall.linf(0.3).within(0, 1);
 * EpsilonBall table = EpsilonBall.builder()
 *         .setNorm(Norm.L2)
 *         .setEpsilon(1)
 *         .optBounds(lower, upper)        // per feature, in its own unit
 *         .optScale(standardDeviations)   // 1 means one standard deviation of each feature
 *         .optMutable(mayChange)          // false: the attacker can't change this feature
 *         .build();
 * }</pre>
 *
 * <p>Epsilon and bounds are in the units of the inputs as the scorer gets them; put normalisation
 * into the model. With a scale s the ball is {@code ||delta / s|| <= epsilon}; for {@link
 * Norm#LINF} that is a radius of {@code epsilon * s_j} for feature j. Attacks then take their steps
 * in units of the scale as well. Per-feature arrays are in the order of the flattened input.
 *
 * <p>Immutable.
 */
public final class EpsilonBall {

    private final Norm norm;
    private final double epsilon;
    private final double[] lower;
    private final double[] upper;
    private final double @Nullable [] scale;
    private final boolean @Nullable [] mutable;

    private EpsilonBall(Builder builder) {
        norm = builder.requireNorm();
        epsilon = builder.epsilon;
        lower = builder.lower;
        upper = builder.upper;
        scale = builder.scale;
        mutable = builder.mutable;
        int features = features();
        for (int length : new int[] {lower.length, lengthOf(scale), lengthOf(mutable)}) {
            if (length > 1) {
                BallChecks.sameLength(length, features, "the arrays for each feature");
            }
        }
    }

    private static int lengthOf(double @Nullable [] values) {
        return values == null ? 1 : values.length;
    }

    private static int lengthOf(boolean @Nullable [] values) {
        return values == null ? 1 : values.length;
    }

    /**
     * Returns a ball of the l-infinity norm without bounds.
     *
     * @param epsilon the largest change of any feature; 0 or more
     * @return the ball
     */
    public static EpsilonBall linf(double epsilon) {
        return of(Norm.LINF, epsilon);
    }

    /**
     * Returns a ball of the Euclidean norm without bounds.
     *
     * @param epsilon the largest Euclidean distance; 0 or more
     * @return the ball
     */
    public static EpsilonBall l2(double epsilon) {
        return of(Norm.L2, epsilon);
    }

    /**
     * Returns a ball of the l1 norm without bounds.
     *
     * @param epsilon the largest sum of absolute changes; 0 or more
     * @return the ball
     */
    public static EpsilonBall l1(double epsilon) {
        return of(Norm.L1, epsilon);
    }

    /**
     * Returns a ball without bounds.
     *
     * @param norm measures the perturbation
     * @param epsilon the radius; 0 or more
     * @return the ball
     */
    public static EpsilonBall of(Norm norm, double epsilon) {
        return builder().setNorm(norm).setEpsilon(epsilon).build();
    }

    /**
     * Starts a ball.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    private Builder toBuilder() {
        Builder builder = new Builder();
        builder.norm = norm;
        builder.epsilon = epsilon;
        builder.lower = lower;
        builder.upper = upper;
        builder.scale = scale;
        builder.mutable = mutable;
        return builder;
    }

    /**
     * Returns this ball with the same bounds for every feature.
     *
     * @param newLower the smallest valid value
     * @param newUpper the largest valid value
     * @return the ball
     */
    public EpsilonBall within(double newLower, double newUpper) {
        return toBuilder().optBounds(newLower, newUpper).build();
    }

    /**
     * Returns this ball with another radius.
     *
     * @param newEpsilon the radius; 0 or more
     * @return the ball
     */
    public EpsilonBall withEpsilon(double newEpsilon) {
        return toBuilder().setEpsilon(newEpsilon).build();
    }

    /**
     * Returns the norm.
     *
     * @return what measures the perturbation
     */
    public Norm norm() {
        return norm;
    }

    /**
     * Returns the radius.
     *
     * @return 0 or more, in units of the inputs (or of the scale)
     */
    public double epsilon() {
        return epsilon;
    }

    /**
     * Returns the smallest valid values.
     *
     * @return one for all features, or one for each; minus infinity if unbounded; a copy
     */
    public double[] lower() {
        return lower.clone();
    }

    /**
     * Returns the largest valid values.
     *
     * @return one for all features, or one for each; infinity if unbounded; a copy
     */
    public double[] upper() {
        return upper.clone();
    }

    /**
     * Returns the unit of each feature.
     *
     * @return one for each feature, or {@code null} if all are 1; a copy
     */
    public double @Nullable [] scale() {
        return scale == null ? null : scale.clone();
    }

    /**
     * Tells which features may change.
     *
     * @return for each feature, or {@code null} if all may; a copy
     */
    public boolean @Nullable [] mutable() {
        return mutable == null ? null : mutable.clone();
    }

    /** Returns the number of features the arrays are for; 1 if they are for any number. */
    int features() {
        return Math.max(lower.length, Math.max(lengthOf(scale), lengthOf(mutable)));
    }

    /** Returns such as {@code linf epsilon 0.3}. */
    @Override
    public String toString() {
        return switch (norm) {
                    case L1 -> "l1";
                    case L2 -> "l2";
                    case LINF -> "linf";
                }
                + " epsilon "
                + epsilon;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EpsilonBall ball
                && norm == ball.norm
                && Double.compare(epsilon, ball.epsilon) == 0
                && Arrays.equals(lower, ball.lower)
                && Arrays.equals(upper, ball.upper)
                && Arrays.equals(scale, ball.scale)
                && Arrays.equals(mutable, ball.mutable);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                norm.name(),
                epsilon,
                Arrays.hashCode(lower),
                Arrays.hashCode(upper),
                Arrays.hashCode(scale),
                Arrays.hashCode(mutable));
    }

    /** Collects what makes a ball. */
    public static final class Builder {

        private @Nullable Norm norm;
        private double epsilon = Double.NaN;
        private double[] lower = {Double.NEGATIVE_INFINITY};
        private double[] upper = {Double.POSITIVE_INFINITY};
        private double @Nullable [] scale;
        private boolean @Nullable [] mutable;

        private Builder() {}

        /**
         * Sets the norm.
         *
         * @param norm measures the perturbation
         * @return this builder
         */
        public Builder setNorm(Norm norm) {
            this.norm = Objects.requireNonNull(norm, "norm");
            return this;
        }

        /**
         * Sets the radius.
         *
         * @param epsilon 0 or more, in units of the inputs (or of the scale); 0 allows no change
         * @return this builder
         * @throws IllegalArgumentException if it is negative or not finite
         */
        public Builder setEpsilon(double epsilon) {
            this.epsilon = BallChecks.epsilon(epsilon);
            return this;
        }

        /**
         * Sets the same bounds for every feature. Default: none.
         *
         * @param lower the smallest valid value; may be minus infinity
         * @param upper the largest valid value, above {@code lower}; may be infinity
         * @return this builder
         * @throws IllegalArgumentException if they are not in order
         */
        public Builder optBounds(double lower, double upper) {
            return optBounds(new double[] {lower}, new double[] {upper});
        }

        /**
         * Sets bounds for each feature. Default: none.
         *
         * @param lower the smallest valid values; may be minus infinity
         * @param upper the largest valid values, above {@code lower}; may be infinity
         * @return this builder
         * @throws IllegalArgumentException if there are not equally many, or they are not in order
         */
        public Builder optBounds(double[] lower, double[] upper) {
            BallChecks.bounds(lower, upper);
            this.lower = lower.clone();
            this.upper = upper.clone();
            return this;
        }

        /**
         * Sets the unit of each feature. Default: 1 for all.
         *
         * @param scale positive; 0 for a feature that may not change
         * @return this builder
         * @throws IllegalArgumentException if a unit is negative or not finite, or all are 0
         */
        public Builder optScale(double[] scale) {
            this.scale = BallChecks.scale(scale);
            return this;
        }

        /**
         * Sets which features may change. Default: all.
         *
         * @param mutable false for a feature the attacker has no hold on
         * @return this builder
         * @throws IllegalArgumentException if none may change
         */
        public Builder optMutable(boolean[] mutable) {
            this.mutable = BallChecks.mutable(mutable);
            return this;
        }

        /**
         * Makes the ball.
         *
         * @return the ball
         * @throws IllegalStateException if the norm or the radius is not set
         * @throws IllegalArgumentException if per-feature arrays differ in length
         */
        public EpsilonBall build() {
            requireNorm();
            if (Double.isNaN(epsilon)) {
                throw new IllegalStateException("A ball needs a radius. Call setEpsilon.");
            }
            return new EpsilonBall(this);
        }

        private Norm requireNorm() {
            if (norm == null) {
                throw new IllegalStateException("A ball needs a norm. Call setNorm.");
            }
            return norm;
        }
    }
}
