package io.github.gradkit.learninit.power;

import java.util.Arrays;

/**
 * An interference channel: several pairs of one sender and one receiver that share a frequency.
 *
 * <p>Sender {@code j} reaches receiver {@code k} with gain {@code h(k, j)}, an amplitude without
 * unit. Immutable.
 */
public final class Channel {

    private final double[][] gains;

    private Channel(double[][] gains) {
        this.gains = gains;
    }

    /**
     * Makes a channel.
     *
     * @param gains one row for each receiver, one column for each sender; users x users; copied
     * @return the channel
     * @throws IllegalArgumentException if there is no user, the gains are not square, or one is
     *     negative or not finite
     */
    public static Channel of(double[][] gains) {
        if (gains.length == 0) {
            throw new IllegalArgumentException(
                    "A channel needs 1 or more users, but the gains have no row.");
        }
        double[][] copy = new double[gains.length][];
        for (int receiver = 0; receiver < gains.length; receiver++) {
            requireRow(gains[receiver], receiver, gains.length);
            copy[receiver] = gains[receiver].clone();
        }
        return new Channel(copy);
    }

    private static void requireRow(double[] row, int receiver, int users) {
        if (row.length != users) {
            throw new IllegalArgumentException(
                    "Gains are users x users, but there are "
                            + users
                            + " rows and row "
                            + receiver
                            + " has "
                            + row.length
                            + " columns.");
        }
        for (int sender = 0; sender < users; sender++) {
            if (!(row[sender] >= 0) || Double.isInfinite(row[sender])) {
                throw new IllegalArgumentException(
                        "A gain is an amplitude of 0 or more, but that from sender "
                                + sender
                                + " to receiver "
                                + receiver
                                + " is "
                                + row[sender]
                                + ". Pass the absolute value of a complex gain.");
            }
        }
    }

    /**
     * Returns the number of users.
     *
     * @return the pairs of sender and receiver, 1 or more
     */
    public int users() {
        return gains.length;
    }

    /**
     * Returns a gain.
     *
     * @param receiver the receiver, from 0
     * @param sender the sender, from 0
     * @return the amplitude, 0 or more
     */
    public double gain(int receiver, int sender) {
        return gains[receiver][sender];
    }

    /**
     * Returns the same channel with its users in another order.
     *
     * @param order a permutation: place {@code i} is taken by the user that was at {@code order[i]}
     * @return the relabelled channel
     * @throws IllegalArgumentException if the order is not a permutation of the users
     */
    public Channel relabelled(int... order) {
        int[] sorted = order.clone();
        Arrays.sort(sorted);
        if (sorted.length != users() || !isRange(sorted)) {
            throw new IllegalArgumentException(
                    "An order names each of the "
                            + users()
                            + " users once, from 0, but was "
                            + Arrays.toString(order)
                            + ".");
        }
        double[][] relabelled = new double[users()][users()];
        for (int k = 0; k < users(); k++) {
            for (int j = 0; j < users(); j++) {
                relabelled[k][j] = gains[order[k]][order[j]];
            }
        }
        return new Channel(relabelled);
    }

    private static boolean isRange(int[] sorted) {
        for (int i = 0; i < sorted.length; i++) {
            if (sorted[i] != i) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Channel channel && Arrays.deepEquals(gains, channel.gains);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(gains);
    }

    @Override
    public String toString() {
        return "Channel" + Arrays.deepToString(gains);
    }
}
