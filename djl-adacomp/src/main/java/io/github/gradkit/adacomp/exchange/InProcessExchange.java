package io.github.gradkit.adacomp.exchange;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Learners in the threads of one process.
 *
 * <p>A message is copied once, and all learners read that copy. The deadline counts from the moment
 * a learner begins to wait. One learner that leaves, comes too late, is interrupted or makes
 * another call than the others breaks the whole group: every waiting and later call fails with the
 * reason.
 */
public final class InProcessExchange implements GradientExchange {

    private static final String BROADCAST = "broadcast from rank";

    private final Meeting meeting;
    private final int rank;

    private InProcessExchange(Meeting meeting, int rank) {
        this.meeting = meeting;
        this.rank = rank;
    }

    /**
     * Makes a group.
     *
     * @param learners the number of learners, 1 or more
     * @param deadline how long a call waits for the others, more than 0
     * @return one exchange for each learner, in the order of ranks; each for one thread
     * @throws IllegalArgumentException if there are no learners, or no time to wait
     */
    public static List<GradientExchange> group(int learners, Duration deadline) {
        if (learners < 1) {
            throw new IllegalArgumentException(
                    "A group has 1 learner or more, but was to have " + learners + ".");
        }
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException(
                    "The deadline must be more than 0, but was "
                            + deadline
                            + ". Allow for several times the longest step.");
        }
        Meeting meeting = new Meeting(learners, deadline);
        List<GradientExchange> group = new ArrayList<>(learners);
        for (int rank = 0; rank < learners; rank++) {
            group.add(new InProcessExchange(meeting, rank));
        }
        return List.copyOf(group);
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return meeting.size();
    }

    @Override
    public List<ByteBuffer> allGather(long step, ByteBuffer mine) {
        ByteBuffer[] all = meeting.meet(rank, new Call("step", step), copy(mine));
        List<ByteBuffer> messages = new ArrayList<>(all.length);
        for (ByteBuffer message : all) {
            messages.add(message.asReadOnlyBuffer());
        }
        return messages;
    }

    @Override
    public ByteBuffer broadcast(int root, ByteBuffer message) {
        if (root < 0 || root >= size()) {
            throw new IllegalArgumentException(
                    "There is no rank " + root + " among " + size() + " learners.");
        }
        ByteBuffer mine = rank == root ? copy(message) : ByteBuffer.allocate(0);
        return meeting.meet(rank, new Call(BROADCAST, root), mine)[root].asReadOnlyBuffer();
    }

    @Override
    public void close() {
        meeting.leave(rank);
    }

    private static ByteBuffer copy(ByteBuffer message) {
        ByteBuffer copy = ByteBuffer.allocate(message.remaining());
        return copy.put(message.duplicate()).flip();
    }

    @Override
    public String toString() {
        return "InProcessExchange[rank " + rank + " of " + size() + "]";
    }
}
