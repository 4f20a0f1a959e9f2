package io.github.gradkit.tracin;

import static io.github.gradkit.tracin.Workbench.CROSS_ENTROPY;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.nn.core.Linear;
import ai.djl.util.Progress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressTest {

    @TempDir Path directory;

    /** Counts what it is told. */
    private static final class Counter implements Progress {
        private long max;
        private long done;
        private boolean ended;

        @Override
        public void reset(String message, long max, String trailingMessage) {
            this.max = max;
            this.done = 0;
            this.ended = false;
        }

        @Override
        public void start(long initialProgress) {
            done = initialProgress;
        }

        @Override
        public void end() {
            ended = true;
        }

        @Override
        public void increment(long increment) {
            done += increment;
        }

        @Override
        public void update(long progress, String message) {
            done = progress;
        }

        void assertComplete(long expected) {
            assertThat(max).isEqualTo(expected);
            assertThat(done).isEqualTo(expected);
            assertThat(ended).isTrue();
        }
    }

    @Test
    void everyExampleOfEveryPassIsCounted() {
        Counter counter = new Counter();
        try (Workbench bench =
                new Workbench(directory, Linear.builder().setUnits(3).build(), 7, 5, 3, 4)) {
            TracIn tracIn =
                    bench.tracIn(CROSS_ENTROPY).optBatchSize(3).optProgress(counter).build();
            tracIn.selfInfluence(bench.trainExamples());
            counter.assertComplete(2 * 7);
            tracIn.scores(bench.testExamples(), bench.trainExamples());
            counter.assertComplete(2 * (7 + 5));
            tracIn.aggregate(bench.testExamples(), bench.trainExamples());
            counter.assertComplete(2 * (7 + 5));
        }
    }

    @Test
    void repeatedPassesForLackOfMemoryAreCountedToo() {
        Counter counter = new Counter();
        // 60,000 input features: two test examples' factors fill half of the smallest budget
        try (Workbench bench =
                new Workbench(directory, Linear.builder().setUnits(3).build(), 7, 5, 3, 60_000)) {
            TracIn tracIn =
                    bench.tracIn(CROSS_ENTROPY)
                            .optBatchSize(2)
                            .optMemoryBudget(1 << 20)
                            .optProgress(counter)
                            .build();
            tracIn.scores(bench.testExamples(), bench.trainExamples());
            counter.assertComplete(2 * (5 + 3 * 7));
        }
    }
}
