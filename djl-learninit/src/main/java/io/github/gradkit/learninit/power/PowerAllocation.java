package io.github.gradkit.learninit.power;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.internal.Checks;
import io.github.gradkit.learninit.problem.FeasibleSet;
import io.github.gradkit.learninit.problem.FeasibleSets;
import io.github.gradkit.learninit.problem.Problem;
import io.github.gradkit.support.gradient.CollectorConstants;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the powers of senders that disturb each other, for a large sum of rates.
 *
 * <p>With gains {@code h}, powers {@code p}, noise {@code s} and weights {@code a}, user {@code k}
 * has the rate {@code log2(1 + h(k,k)^2 p(k) / (s + sum over j != k of h(k,j)^2 p(j)))}, in bits.
 * The value of the problem is minus the sum of {@code a(k)} times the rate, so that it is
 * minimised, over {@code 0 <= p(k) <= maximum power}. It has many local minima, most with some
 * senders off, and the more of them the lower the noise.
 *
 * <p>Known of an instance are the gains {@code (instances, users, users)}, receivers before
 * senders, and the weights {@code (instances, users)}.
 *
 * <p>A value and its gradient take time and memory of the order of instances x users x users.
 * Immutable.
 */
public final class PowerAllocation implements Problem<Channel> {

    /** The maximum power unless one is given. */
    public static final double DEFAULT_MAX_POWER = 1;

    /** The noise unless one is given, in the unit of power. */
    public static final double DEFAULT_NOISE = 1;

    private final int users;
    private final double maxPower;
    private final double noise;
    private final double[] weights;

    private PowerAllocation(Builder builder, int users) {
        this.users = users;
        maxPower = builder.maxPower;
        noise = builder.noise;
        weights = builder.weights == null ? equal(users) : builder.weights;
    }

    private static double[] equal(int users) {
        double[] weights = new double[users];
        Arrays.fill(weights, 1);
        return weights;
    }

    /**
     * Starts a problem.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the number of users.
     *
     * @return 1 or more
     */
    public int users() {
        return users;
    }

    /**
     * Returns the maximum power.
     *
     * @return the power that no sender may exceed, above 0
     */
    public double maxPower() {
        return maxPower;
    }

    /**
     * Returns the noise.
     *
     * @return the power of the noise at each receiver, above 0
     */
    public double noise() {
        return noise;
    }

    @Override
    public Shape argument() {
        return new Shape(users);
    }

    /**
     * Makes arrays of channels.
     *
     * @param manager owns the arrays
     * @param instances one or more channels with the users of this problem
     * @return the gains {@code (instances, users, users)} and the weights {@code (instances,
     *     users)}
     * @throws IllegalArgumentException if there is no channel, or one has other users
     */
    @Override
    public NDList known(NDManager manager, List<Channel> instances) {
        Checks.atLeast(instances.size(), 1, "The number of channels");
        float[] gains = new float[instances.size() * users * users];
        float[] repeated = new float[instances.size() * users];
        for (int i = 0; i < instances.size(); i++) {
            requireUsers(instances.get(i), i);
            for (int k = 0; k < users; k++) {
                repeated[i * users + k] = (float) weights[k];
                for (int j = 0; j < users; j++) {
                    gains[(i * users + k) * users + j] = (float) instances.get(i).gain(k, j);
                }
            }
        }
        return new NDList(
                manager.create(gains, new Shape(instances.size(), users, users)),
                manager.create(repeated, new Shape(instances.size(), users)));
    }

    private void requireUsers(Channel channel, int index) {
        if (channel.users() != users) {
            throw new IllegalArgumentException(
                    "Channel "
                            + index
                            + " has "
                            + channel.users()
                            + " users, but the problem has "
                            + users
                            + ". Build a problem for each number of users.");
        }
    }

    /**
     * Computes minus the weighted sum of rates.
     *
     * @param known the gains and the weights
     * @param argument the powers {@code (instances, users)}, float32
     * @return the values {@code (instances)}, in bits
     */
    @Override
    public NDArray value(NDList known, NDArray argument) {
        NDManager parent = argument.getManager();
        try (NDManager scope = parent.newSubManager();
                CollectorConstants constants = CollectorConstants.of(parent)) {
            NDArray diagonal = scope.eye(users);
            NDArray squares = known.get(0).square();
            squares.attach(scope);
            NDArray senders = argument.expandDims(1);
            senders.attach(scope);
            // Own and foreign powers apart, since their difference would lose the digits of a small
            // noise.
            NDArray received = squares.mul(senders);
            NDArray own = received.mul(diagonal).sum(new int[] {2});
            NDArray foreign = received.mul(constants.sub(diagonal, 1).neg()).sum(new int[] {2});
            NDArray ratio = own.div(constants.add(foreign, noise));
            NDArray bits = constants.div(constants.add(ratio, 1).log(), -Math.log(2));
            NDArray value = bits.mul(known.get(1)).sum(new int[] {1});
            value.attach(parent);
            return value;
        }
    }

    /**
     * Returns the box from 0 to the maximum power.
     *
     * @param known the gains and the weights
     * @return the box
     */
    @Override
    public FeasibleSet feasible(NDList known) {
        return FeasibleSets.box(0, maxPower);
    }

    /**
     * Tells problems with other users, maximum powers, noises or weights apart.
     *
     * @return the settings as a text
     */
    @Override
    public String identity() {
        return String.format(
                Locale.ROOT,
                "power allocation: %d users, power up to %s, noise %s, weights %s",
                users,
                maxPower,
                noise,
                Arrays.toString(weights));
    }

    /** Builds a {@link PowerAllocation}. */
    public static final class Builder {

        private @Nullable Integer users;
        private double maxPower = DEFAULT_MAX_POWER;
        private double noise = DEFAULT_NOISE;
        private double @Nullable [] weights;

        private Builder() {}

        /**
         * Sets the number of users.
         *
         * @param users 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder setUsers(int users) {
            this.users = Checks.atLeast(users, 1, "The number of users");
            return this;
        }

        /**
         * Sets the power that no sender may exceed.
         *
         * @param maxPower above 0; 1 by default
         * @return this builder
         * @throws IllegalArgumentException if it is not positive and finite
         */
        public Builder optMaxPower(double maxPower) {
            this.maxPower = Checks.positive(maxPower, "The maximum power");
            return this;
        }

        /**
         * Sets the power of the noise at each receiver.
         *
         * @param noise above 0; 1 by default
         * @return this builder
         * @throws IllegalArgumentException if it is not positive and finite
         */
        public Builder optNoise(double noise) {
            this.noise = Checks.positive(noise, "The noise");
            return this;
        }

        /**
         * Sets what the rates of users count.
         *
         * @param weights one above 0 for each user; all 1 by default
         * @return this builder
         * @throws IllegalArgumentException if one is not positive and finite
         */
        public Builder optWeights(double... weights) {
            for (double weight : weights) {
                Checks.positive(weight, "A weight");
            }
            this.weights = weights.clone();
            return this;
        }

        /**
         * Builds the problem.
         *
         * @return the problem
         * @throws IllegalStateException if the users are not set, or the weights are not as many
         */
        public PowerAllocation build() {
            if (users == null) {
                throw new IllegalStateException("Set the number of users with setUsers.");
            }
            if (weights != null && weights.length != users) {
                throw new IllegalStateException(
                        "There are "
                                + weights.length
                                + " weights for "
                                + users
                                + " users. Pass one for each user.");
            }
            return new PowerAllocation(this, users);
        }
    }
}
