package io.github.gradkit.support.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import io.github.gradkit.support.TestModels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CollectionGuardTest {

    @Test
    void quietPassRunsOnce() {
        Pass pass = new Pass(0);

        assertThat(CollectionGuard.run(pass::next, () -> 5)).isSameAs(pass.results.get(0));
        assertThat(pass.results).hasSize(1);
    }

    @Test
    void passWithCollectionsIsRepeatedAndItsResultsAreClosed() {
        Pass pass = new Pass(2);

        Result result = CollectionGuard.run(pass::next);

        // The Java machine may collect by itself as well, so there may be one repetition more.
        assertThat(pass.results).hasSizeBetween(3, 5);
        assertThat(result).isSameAs(pass.results.get(pass.results.size() - 1));
        assertThat(result.closed).isFalse();
        assertThat(pass.results.subList(0, pass.results.size() - 1)).allMatch(r -> r.closed);
    }

    @Test
    void fifthResultIsReturnedWithOneWarning() {
        Pass pass = new Pass(Integer.MAX_VALUE);
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream error = System.err;
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        Result result;
        try {
            result = CollectionGuard.run(pass::next);
        } finally {
            System.setErr(error);
        }

        assertThat(pass.results).hasSize(5);
        assertThat(result).isSameAs(pass.results.get(4));
        assertThat(result.closed).isFalse();
        assertThat(log.toString(StandardCharsets.UTF_8))
                .containsOnlyOnce("garbage collector ran during each of 5 tries")
                .contains("-Xmx");
    }

    @Test
    void collectionCountedInOneTryOnlyRepeatsOnce() {
        Pass pass = new Pass(0);
        long[] counts = {1, 2, 2, 2};
        int[] at = {0};

        Result result = CollectionGuard.run(pass::next, () -> counts[at[0]++]);

        assertThat(pass.results).hasSize(2);
        assertThat(result).isSameAs(pass.results.get(1));
    }

    @Test
    void exceptionOfThePassComesThrough() {
        assertThatIllegalStateException()
                .isThrownBy(
                        () ->
                                CollectionGuard.run(
                                        () -> {
                                            throw new IllegalStateException("pass");
                                        }))
                .withMessage("pass");
    }

    @Test
    void resultThatCannotBeClosedIsReported() {
        List<AutoCloseable> results = new ArrayList<>();
        long[] count = {0};

        assertThatIllegalStateException()
                .isThrownBy(
                        () ->
                                CollectionGuard.run(
                                        () -> {
                                            AutoCloseable result =
                                                    () -> {
                                                        throw new IOException("stuck");
                                                    };
                                            results.add(result);
                                            return result;
                                        },
                                        () -> count[0]++))
                .havingRootCause()
                .withMessage("stuck");
        assertThat(results).hasSize(1);
    }

    @Test
    void stockLossGivesRightGradientsDespiteCollections() {
        try (Model model = Model.newInstance("guard");
                NDManager manager = model.getNDManager().newSubManager()) {
            int[] tries = {0};
            NDArray gradient = CollectionGuard.run(() -> l2Gradient(manager, tries[0]++ < 3));

            assertThat(gradient.toFloatArray()).containsExactly(1, 1);
            assertThat(manager.getManagedArrays()).hasSize(1);
        }
    }

    private static NDArray l2Gradient(NDManager parent, boolean collect) {
        try (NDManager manager = parent.newSubManager();
                GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray x = manager.create(new float[] {3, 3}, new Shape(1, 2));
            x.setRequiresGradient(true);
            NDArray label = manager.create(new float[] {1, 1}, new Shape(1, 2));
            // 0.5 * mean((label - x)^2), so that the gradient is (3 - 1) / 2.
            NDArray loss = Loss.l2Loss().evaluate(new NDList(label), new NDList(x));
            if (collect) {
                System.gc();
            }
            collector.backward(loss);
            return ParameterGradients.read(x, parent);
        }
    }

    @Test
    void networkPassMayBeRepeated() {
        try (Model model = TestModels.network()) {
            TestModels.backward(model.getBlock(), model.getNDManager(), 1);
            String once = TestModels.gradients(model.getBlock()).get("04Linear_bias");
            long[] count = {0};
            CollectionGuard.run(
                    () -> {
                        ParameterGradients.of(model.getBlock()).clear();
                        TestModels.backward(model.getBlock(), model.getNDManager(), 1);
                        return true;
                    },
                    () -> count[0] < 3 ? count[0]++ : count[0]);

            assertThat(TestModels.gradients(model.getBlock())).containsEntry("04Linear_bias", once);
        }
    }

    /** A pass that calls for a garbage collection the first so many times. */
    private static final class Pass {
        private final int collections;
        private final List<Result> results = new ArrayList<>();

        Pass(int collections) {
            this.collections = collections;
        }

        Result next() {
            if (results.size() < collections) {
                System.gc();
            }
            Result result = new Result();
            results.add(result);
            return result;
        }
    }

    private static final class Result implements AutoCloseable {
        private boolean closed;

        @Override
        public void close() {
            closed = true;
        }
    }
}
