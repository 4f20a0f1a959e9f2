package io.github.gradkit.adacomp.exchange;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Where the learners of one process wait for each other. */
final class Meeting {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Duration deadline;
    private final boolean[] gone;
    private final @Nullable Call[] last;
    private @Nullable Round round;
    private @Nullable String broken;

    /** One call of all learners. Those who wait hold on to it, so that it may be left early. */
    private static final class Round {
        private final Call call;
        private final ByteBuffer[] messages;
        private final boolean[] here;
        private int missing;

        Round(Call call, int size) {
            this.call = call;
            messages = new ByteBuffer[size];
            here = new boolean[size];
            missing = size;
        }

        void add(int rank, ByteBuffer message) {
            messages[rank] = message;
            here[rank] = true;
            missing--;
        }

        String ranks(boolean present) {
            StringJoiner ranks = new StringJoiner(", ");
            for (int rank = 0; rank < here.length; rank++) {
                if (here[rank] == present) {
                    ranks.add(Integer.toString(rank));
                }
            }
            return ranks.toString();
        }
    }

    Meeting(int size, Duration deadline) {
        this.deadline = deadline;
        gone = new boolean[size];
        last = new Call[size];
    }

    int size() {
        return gone.length;
    }

    /** Hands over a message and waits for those of the others. */
    ByteBuffer[] meet(int rank, Call call, ByteBuffer message) {
        lock.lock();
        try {
            Round joined = join(rank, call, message);
            await(joined, rank);
            last[rank] = call;
            return joined.messages;
        } finally {
            lock.unlock();
        }
    }

    private Round join(int rank, Call call, ByteBuffer message) {
        if (broken != null) {
            throw failure(rank, call, broken);
        }
        if (Thread.currentThread().isInterrupted()) {
            // Who comes last, or is alone, would never find out by waiting.
            throw interrupted(rank, call);
        }
        Round open = round == null ? new Round(call, size()) : round;
        if (!open.call.equals(call)) {
            throw breakUp(rank, call, otherCall(rank, call, open));
        }
        if (open.here[rank]) {
            throw breakUp(
                    rank,
                    call,
                    "Two threads use the exchange of rank "
                            + rank
                            + ". Give each learner an exchange of its own.");
        }
        open.add(rank, message);
        round = open.missing == 0 ? null : open;
        if (open.missing == 0) {
            changed.signalAll();
        }
        return open;
    }

    private void await(Round joined, int rank) {
        long nanos = nanos();
        while (joined.missing > 0) {
            if (broken != null) {
                throw failure(rank, joined.call, broken);
            }
            if (nanos <= 0) {
                throw breakUp(rank, joined.call, tooLate(joined));
            }
            try {
                nanos = changed.awaitNanos(nanos);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                ExchangeException failure = interrupted(rank, joined.call);
                failure.initCause(e);
                throw failure;
            }
        }
    }

    /** A deadline of centuries is none. */
    private long nanos() {
        return TimeUnit.NANOSECONDS.convert(deadline);
    }

    void leave(int rank) {
        lock.lock();
        try {
            if (gone[rank]) {
                return;
            }
            gone[rank] = true;
            if (broken == null) {
                broken =
                        "Rank "
                                + rank
                                + " has left "
                                + (last[rank] == null ? "before any call" : "after " + last[rank])
                                + ". Look for its failure: a group can't go on without one of its"
                                + " learners. Learners that end normally must have the same"
                                + " number of batches.";
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private ExchangeException interrupted(int rank, Call call) {
        return breakUp(rank, call, "Rank " + rank + " was interrupted.");
    }

    private ExchangeException breakUp(int rank, Call call, String reason) {
        // The others are to look for what came first.
        broken = broken == null ? reason : broken;
        round = null;
        changed.signalAll();
        return failure(rank, call, reason);
    }

    private ExchangeException failure(int rank, Call call, String reason) {
        String why = gone[rank] ? "Its exchange is closed. " + reason : reason;
        return new ExchangeException(
                "Rank " + rank + " of " + size() + " can't complete " + call + ". " + why);
    }

    private static String otherCall(int rank, Call call, Round open) {
        return "Rank "
                + rank
                + " is at "
                + call
                + ", but rank "
                + open.ranks(true)
                + " at "
                + open.call
                + ". All learners must make the same calls: start them from the same checkpoint,"
                + " and give them the same number of batches.";
    }

    private String tooLate(Round joined) {
        return "Rank "
                + joined.ranks(false)
                + " did not come to "
                + joined.call
                + " within "
                + deadline
                + ". Look for what holds it up, or allow more time.";
    }
}
