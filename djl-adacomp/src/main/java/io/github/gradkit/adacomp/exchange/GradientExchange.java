package io.github.gradkit.adacomp.exchange;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * The place of one learner in a group of learners.
 *
 * <p>All learners make the same calls in the same order. A call waits for the others, up to a
 * deadline that belongs to the exchange. When one learner is gone, every call of the others fails,
 * at once or at the deadline; after that the exchange is of no more use.
 */
public interface GradientExchange extends AutoCloseable {

    /**
     * Returns the number of this learner.
     *
     * @return from 0 to before {@link #size()}
     */
    int rank();

    /**
     * Returns the number of learners.
     *
     * @return 1 or more
     */
    int size();

    /**
     * Gives a message to every learner, and takes one from each.
     *
     * @param step what the messages belong to, equal for all learners
     * @param mine the message, from its position to its limit; neither changed nor kept beyond the
     *     call
     * @return one message for each rank, this learner's own included, in the order of ranks; each
     *     is read-only and independent of the others' positions
     * @throws ExchangeException if a learner is gone, too late or at another step
     */
    List<ByteBuffer> allGather(long step, ByteBuffer mine);

    /**
     * Gives a message of one learner to all.
     *
     * @param root the rank that sends
     * @param message what it sends; other learners' messages are not looked at
     * @return the message of the root, read-only
     * @throws IllegalArgumentException if there is no such rank
     * @throws ExchangeException if a learner is gone, too late or elsewhere
     */
    ByteBuffer broadcast(int root, ByteBuffer message);

    /** Leaves the group. Learners that wait for this one fail at once. Again, does nothing. */
    @Override
    void close();
}
