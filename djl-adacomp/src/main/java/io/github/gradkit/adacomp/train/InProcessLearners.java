package io.github.gradkit.adacomp.train;

import io.github.gradkit.adacomp.exchange.GradientExchange;
import io.github.gradkit.adacomp.exchange.InProcessExchange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Runs learners in threads of this process.
 *
 * <p>They compute in the order in which they arrive, and the engine has one state of random numbers
 * for all of them. So what draws some, such as {@code Dropout}, draws others in each run, whatever
 * the seed, and so do initial weights that learners draw. Trainings that draw nothing, from weights
 * of {@link InitialWeights#broadcast}, are the same in each run.
 */
public final class InProcessLearners {

    private InProcessLearners() {}

    /**
     * Runs a task for each learner, and waits for all of them. When one fails, its exchange is
     * closed, so that the others fail at their next exchange.
     *
     * @param learners the number of learners, 1 or more
     * @param deadline how long an exchange waits for the others; the learners compute one after the
     *     other, so allow for all of them
     * @param task what each does
     * @throws Exception the failure that came first, as it was thrown; those of other learners are
     *     its suppressed exceptions
     * @throws InterruptedException if this thread is interrupted; the learners are then, too, and
     *     end at their next exchange, for which this does not wait
     */
    public static void run(int learners, Duration deadline, LearnerTask task) throws Exception {
        ReentrantLock turn = new ReentrantLock(true);
        List<Throwable> failures = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (GradientExchange exchange : InProcessExchange.group(learners, deadline)) {
            Learner learner = new Learner(exchange, turn);
            Thread thread =
                    new Thread(() -> run(learner, task, failures), "learner-" + exchange.rank());
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        await(threads);
        rethrow(failures);
    }

    private static void run(Learner learner, LearnerTask task, List<Throwable> failures) {
        try {
            task.run(learner);
        } catch (Throwable e) {
            // Before the exchange is closed, so that the first failure is the first in the list.
            synchronized (failures) {
                failures.add(e);
            }
        } finally {
            learner.exchange().close();
        }
    }

    private static void await(List<Thread> threads) throws InterruptedException {
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            threads.forEach(Thread::interrupt);
            throw e;
        }
    }

    private static void rethrow(List<Throwable> failures) throws Exception {
        if (failures.isEmpty()) {
            return;
        }
        Throwable first = failures.get(0);
        for (Throwable other : failures.subList(1, failures.size())) {
            if (other != first) {
                first.addSuppressed(other);
            }
        }
        if (first instanceof Error error) {
            throw error;
        }
        throw first instanceof Exception exception ? exception : new ExecutionException(first);
    }
}
