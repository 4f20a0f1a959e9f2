package io.github.gradkit.learninit.power;

import io.github.gradkit.learninit.internal.Checks;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Draws channels with Rayleigh fading: each gain is the absolute value of a complex normal number
 * of variance 1, so that the mean of a squared gain is 1. Not safe for use by several threads.
 */
public final class ChannelGenerator {

    private final int users;
    private final Random random;

    private ChannelGenerator(int users, Random random) {
        this.users = users;
        this.random = random;
    }

    /**
     * Opens a stream of channels.
     *
     * @param users the users of each channel, 1 or more
     * @param seed decides all gains; the same seed gives the same channels
     * @return the stream
     * @throws IllegalArgumentException if there is no user
     */
    public static ChannelGenerator of(int users, long seed) {
        return new ChannelGenerator(
                Checks.atLeast(users, 1, "The number of users"), new Random(seed));
    }

    /**
     * Draws the next channel.
     *
     * @return the channel
     */
    public Channel next() {
        double[][] gains = new double[users][users];
        for (double[] row : gains) {
            for (int sender = 0; sender < users; sender++) {
                row[sender] =
                        Math.hypot(random.nextGaussian(), random.nextGaussian()) / Math.sqrt(2);
            }
        }
        return Channel.of(gains);
    }

    /**
     * Draws the next channels.
     *
     * @param count how many, 1 or more
     * @return the channels
     * @throws IllegalArgumentException if none is asked for
     */
    public List<Channel> next(int count) {
        Checks.atLeast(count, 1, "The number of channels");
        List<Channel> channels = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            channels.add(next());
        }
        return channels;
    }
}
