package io.github.gradkit.adacomp.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InProcessExchangeTest {

    private static final Duration LONG = Duration.ofMinutes(10);

    @Test
    void givesEveryLearnerAllMessagesInTheOrderOfRanks() throws Exception {
        List<GradientExchange> group = InProcessExchange.group(4, LONG);
        List<FutureTask<List<String>>> learners = new ArrayList<>();
        for (GradientExchange exchange : group) {
            learners.add(
                    start(
                            () -> {
                                List<String> seen = new ArrayList<>();
                                for (int step = 0; step < 500; step++) {
                                    seen.add(texts(gather(exchange, step)));
                                }
                                exchange.close();
                                return seen;
                            }));
        }
        for (FutureTask<List<String>> learner : learners) {
            List<String> seen = learner.get();
            for (int step = 0; step < 500; step++) {
                String s = "@" + step + " ";
                assertThat(seen.get(step)).isEqualTo("0" + s + "1" + s + "2" + s + "3" + s);
            }
        }
    }

    @Test
    void handsOutCopiesThatNobodyCanChange() throws Exception {
        List<GradientExchange> group = InProcessExchange.group(2, LONG);
        ByteBuffer mine = ByteBuffer.wrap(new byte[] {9, 1, 2, 9});
        mine.position(1).limit(3);
        FutureTask<List<ByteBuffer>> other = start(() -> gather(group.get(1), 0));
        List<ByteBuffer> seen = group.get(0).allGather(0, mine);
        mine.put(1, (byte) 7);
        seen.get(0).get();

        assertThat(mine.position()).isEqualTo(1);
        ByteBuffer read = other.get().get(0);
        assertThat(read).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
        assertThatExceptionOfType(ReadOnlyBufferException.class)
                .isThrownBy(() -> read.put(0, (byte) 3));
    }

    @Test
    void broadcastsTheMessageOfTheRoot() throws Exception {
        List<GradientExchange> group = InProcessExchange.group(3, LONG);
        List<FutureTask<ByteBuffer>> learners = new ArrayList<>();
        for (GradientExchange exchange : group) {
            byte[] own = {(byte) exchange.rank()};
            learners.add(start(() -> exchange.broadcast(1, ByteBuffer.wrap(own))));
        }
        for (FutureTask<ByteBuffer> learner : learners) {
            assertThat(learner.get()).isEqualTo(ByteBuffer.wrap(new byte[] {1}));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> group.get(0).broadcast(3, ByteBuffer.allocate(0)))
                .withMessageContaining("no rank 3");
    }

    @Test
    void failsAllWaitingAndLaterCallsWhenALearnerLeaves() throws Exception {
        List<GradientExchange> group = InProcessExchange.group(3, LONG);
        FutureTask<List<ByteBuffer>> leaver =
                start(
                        () -> {
                            List<ByteBuffer> all = gather(group.get(2), 6);
                            group.get(2).close();
                            return all;
                        });
        FutureTask<List<ByteBuffer>> early = start(() -> twice(group.get(0), 6));
        FutureTask<List<ByteBuffer>> late = start(() -> twice(group.get(1), 6));

        assertThat(leaver.get()).hasSize(3);
        assertThat(failure(early))
                .hasMessageContaining("Rank 0 of 3 can't complete step 7")
                .hasMessageContaining("Rank 2 has left after step 6");
        assertThat(failure(late)).hasMessageContaining("Rank 1 of 3 can't complete step 7");
        assertThatExceptionOfType(ExchangeException.class)
                .isThrownBy(() -> gather(group.get(0), 7))
                .withMessageContaining("Rank 2 has left after step 6");
    }

    @Test
    void deliversAFullRoundEvenIfALearnerLeavesRightAfterIt() throws Exception {
        for (int i = 0; i < 300; i++) {
            List<GradientExchange> group = InProcessExchange.group(2, LONG);
            FutureTask<List<ByteBuffer>> first = start(() -> gather(group.get(0), 0));
            gather(group.get(1), 0);
            group.get(1).close();
            assertThat(first.get()).hasSize(2);
        }
    }

    @Test
    void namesWhoDidNotComeBeforeTheDeadline() {
        List<GradientExchange> group = InProcessExchange.group(3, Duration.ofMillis(1));
        assertThatExceptionOfType(ExchangeException.class)
                .isThrownBy(() -> gather(group.get(1), 5))
                .withMessageContaining("Rank 0, 2 did not come to step 5 within PT0.001S");
        assertThatExceptionOfType(ExchangeException.class)
                .isThrownBy(() -> gather(group.get(0), 5))
                .withMessageContaining("did not come");
    }

    @Test
    void refusesLearnersAtDifferentSteps() throws Exception {
        List<GradientExchange> group = InProcessExchange.group(2, LONG);
        FutureTask<List<ByteBuffer>> stale = start(() -> gather(group.get(0), 4));
        FutureTask<List<ByteBuffer>> ahead = start(() -> gather(group.get(1), 5));
        for (Throwable failure : List.of(failure(stale), failure(ahead))) {
            assertThat(failure).hasMessageContaining("step 4").hasMessageContaining("step 5");
        }
    }

    @Test
    void refusesAnAllGatherAgainstABroadcast() throws Exception {
        List<GradientExchange> group = InProcessExchange.group(2, LONG);
        FutureTask<List<ByteBuffer>> one = start(() -> gather(group.get(0), 0));
        FutureTask<ByteBuffer> two = start(() -> group.get(1).broadcast(0, ByteBuffer.allocate(0)));
        assertThat(failure(one)).hasMessageContaining("broadcast from rank 0");
        assertThat(failure(two)).hasMessageContaining("step 0");
    }

    @Test
    void endsAnInterruptedWaitAndTellsTheOthers() throws Exception {
        List<GradientExchange> group = InProcessExchange.group(2, LONG);
        FutureTask<Boolean> waiting =
                new FutureTask<>(
                        () -> {
                            Thread.currentThread().interrupt();
                            try {
                                gather(group.get(0), 3);
                                return false;
                            } catch (ExchangeException e) {
                                assertThat(e).hasMessageContaining("interrupted");
                                return Thread.currentThread().isInterrupted();
                            }
                        });
        new Thread(waiting).start();
        assertThat(waiting.get()).isTrue();
        assertThatExceptionOfType(ExchangeException.class)
                .isThrownBy(() -> gather(group.get(1), 3))
                .withMessageContaining("Rank 0 was interrupted");
    }

    @Test
    void alsoEndsALearnerThatWouldNotHaveToWait() throws Exception {
        GradientExchange alone = InProcessExchange.group(1, LONG).get(0);
        FutureTask<List<ByteBuffer>> interrupted =
                start(
                        () -> {
                            Thread.currentThread().interrupt();
                            return gather(alone, 3);
                        });
        assertThat(failure(interrupted)).hasMessageContaining("Rank 0 was interrupted");
    }

    @Test
    void tellsWhatBrokeTheGroupFirst() throws Exception {
        List<GradientExchange> group = InProcessExchange.group(3, LONG);
        group.get(2).close();
        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(ExchangeException.class)
                    .isThrownBy(() -> gather(group.get(1), 0));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThatExceptionOfType(ExchangeException.class)
                .isThrownBy(() -> gather(group.get(0), 0))
                .withMessageContaining("Rank 2 has left");
    }

    @Test
    void refusesUseAfterClosing() {
        GradientExchange exchange = InProcessExchange.group(1, LONG).get(0);
        assertThat(gather(exchange, 0)).hasSize(1);
        exchange.close();
        exchange.close();
        assertThatExceptionOfType(ExchangeException.class)
                .isThrownBy(() -> gather(exchange, 1))
                .withMessageContaining("Its exchange is closed");
    }

    @Test
    void refusesTwoThreadsWithOneRank() throws Exception {
        List<GradientExchange> group = InProcessExchange.group(2, LONG);
        FutureTask<List<ByteBuffer>> one = start(() -> gather(group.get(0), 0));
        FutureTask<List<ByteBuffer>> two = start(() -> gather(group.get(0), 0));
        assertThat(failure(one)).hasMessageContaining("Two threads use the exchange of rank 0");
        assertThat(failure(two)).hasMessageContaining("Two threads use the exchange of rank 0");
    }

    @Test
    void refusesGroupsThatMakeNoSense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InProcessExchange.group(0, LONG))
                .withMessageContaining("0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InProcessExchange.group(1, Duration.ZERO))
                .withMessageContaining("PT0S");
    }

    private static List<ByteBuffer> twice(GradientExchange exchange, long step) {
        gather(exchange, step);
        return gather(exchange, step + 1);
    }

    private static List<ByteBuffer> gather(GradientExchange exchange, long step) {
        byte[] text = (exchange.rank() + "@" + step + " ").getBytes();
        return exchange.allGather(step, ByteBuffer.wrap(text));
    }

    private static String texts(List<ByteBuffer> messages) {
        StringBuilder text = new StringBuilder();
        for (ByteBuffer message : messages) {
            while (message.hasRemaining()) {
                text.append((char) message.get());
            }
        }
        return text.toString();
    }

    private static <T> FutureTask<T> start(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private static Throwable failure(FutureTask<?> task) throws InterruptedException {
        try {
            task.get();
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(ExchangeException.class);
            return e.getCause();
        }
        throw new AssertionError("The call was to fail.");
    }
}
