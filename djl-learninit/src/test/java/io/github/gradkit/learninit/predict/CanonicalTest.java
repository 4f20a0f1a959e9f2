package io.github.gradkit.learninit.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.QuadraticProblem;
import io.github.gradkit.learninit.descent.Descent;
import io.github.gradkit.learninit.internal.Draws;
import io.github.gradkit.learninit.log.SolutionLog;
import io.github.gradkit.learninit.start.StartRule;
import io.github.gradkit.learninit.start.Starts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The quadratic problem is the same for relabelled coordinates. */
class CanonicalTest {

    private static final int SIZE = 3;

    private final NDManager manager = NDManager.newBaseManager();
    private final QuadraticProblem problem = new QuadraticProblem(SIZE);
    private final SolutionLog log = SolutionLog.create(problem);

    @AfterEach
    void close() {
        manager.close();
    }

    /** Sorts the coordinates by what is known of them. */
    private static final class Sorted implements Canonical.Form {

        private final NDArray order;
        private final NDArray back;
        private final NDList known;

        Sorted(NDList plain) {
            order = plain.head().argSort(1).toType(DataType.INT64, false);
            back = order.argSort(1).toType(DataType.INT64, false);
            known = new NDList(inward(plain.head()));
        }

        @Override
        public NDList known() {
            return known;
        }

        @Override
        public NDArray inward(NDArray argument) {
            return argument.gather(order, 1);
        }

        @Override
        public NDArray outward(NDArray argument) {
            return argument.gather(back, 1);
        }
    }

    private void fill() {
        NDList known = new NDList(Draws.uniform(manager, new Shape(200, SIZE), 1));
        NDArray start = Starts.uniform().propose(problem, known, 2).argument();
        log.add(
                known,
                start,
                Descent.builder().setStep(0.25).optSteps(3).build().solve(problem, known, start));
    }

    private static NDArray relabelled(NDArray array) {
        return array.get(":, 2:3").concat(array.get(":, 0:2"), 1);
    }

    private void assertEquivariant(StartRule rule) {
        NDArray x = Draws.uniform(manager, new Shape(50, SIZE), 3);
        NDArray start = rule.propose(problem, new NDList(x), 4).argument();
        NDArray other = rule.propose(problem, new NDList(relabelled(x)), 4).argument();
        assertThat(relabelled(start).sub(other).abs().max().getFloat()).isLessThan(1e-6f);
        assertThat(start.sub(x).abs().mean().getFloat()).isCloseTo(0, within(0.35f));
    }

    @Test
    void argInitTreatsRelabelledInstancesAlike() {
        fill();
        try (ArgInit rule =
                ArgInit.builder().setLog(log).optCanonical(Sorted::new).optEpochs(10).fit()) {
            assertEquivariant(rule);
        }
        try (ArgInit rule = ArgInit.builder().setLog(log).optEpochs(10).fit()) {
            NDArray x = Draws.uniform(manager, new Shape(50, SIZE), 3);
            NDArray start = rule.propose(problem, new NDList(x), 4).argument();
            NDArray other = rule.propose(problem, new NDList(relabelled(x)), 4).argument();
            assertThat(relabelled(start).sub(other).abs().max().getFloat()).isGreaterThan(1e-3f);
        }
    }

    @Test
    void valueInitTreatsRelabelledInstancesAlike() {
        fill();
        try (ValueInit rule =
                ValueInit.builder().setLog(log).optCanonical(Sorted::new).optEpochs(5).fit()) {
            NDArray x = Draws.uniform(manager, new Shape(50, SIZE), 3);
            NDArray t = Draws.uniform(manager, new Shape(50, SIZE), 4);
            NDArray one = rule.predict(problem, new NDList(x), t);
            NDArray two = rule.predict(problem, new NDList(relabelled(x)), relabelled(t));
            assertThat(one.sub(two).abs().max().getFloat()).isLessThan(1e-5f);
        }
    }

    @Test
    void descendsOnThePredictorThroughTheForm() {
        fill();
        try (ValueInit rule =
                ValueInit.builder()
                        .setLog(log)
                        .optCanonical(Sorted::new)
                        .optEpochs(5)
                        .optCandidates(2)
                        .optDescend(5, 0.1)
                        .fit()) {
            NDList x = new NDList(Draws.uniform(manager, new Shape(5, SIZE), 3));
            NDArray lower = rule.propose(problem, x, 4).argument();
            NDArray first = Starts.uniform().propose(problem, x, 4).argument();
            float[] after = rule.predict(problem, x, lower).toFloatArray();
            float[] before = rule.predict(problem, x, first).toFloatArray();
            for (int i = 0; i < 5; i++) {
                assertThat(after[i]).isLessThan(before[i]);
            }
        }
    }
}
