package io.github.gradkit.learninit.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.github.gradkit.learninit.ArrayCounts;
import io.github.gradkit.learninit.QuadraticProblem;
import io.github.gradkit.learninit.log.SolutionLog;
import io.github.gradkit.learninit.problem.FeasibleSet;
import io.github.gradkit.learninit.problem.Problem;
import io.github.gradkit.support.state.StateFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearnedRuleFailureTest extends QuadraticRules {

    @Test
    void savedRulesProposeTheSame() throws IOException {
        Path file = folder.resolve("a.state");
        try (ArgInit rule = arg().optHeads(2).fit()) {
            rule.save(file);
            try (ArgInit loaded = ArgInit.builder().optHeads(2).load(file)) {
                assertThat(start(loaded)).isEqualTo(start(rule));
                assertThatThrownBy(loaded::fit).hasMessageContaining("setLog");
            }
        }
        Path other = folder.resolve("v.state");
        try (ValueInit rule = value().fit()) {
            rule.save(other);
            try (ValueInit loaded = ValueInit.builder().setLog(rough).load(other)) {
                assertThat(start(loaded)).isEqualTo(start(rule));
                loaded.fit();
            }
        }
        assertThatThrownBy(() -> ArgInit.builder().load(other))
                .isInstanceOf(StateFileException.class)
                .hasMessageContaining("learninit-value");
        assertThatThrownBy(() -> ArgInit.builder().load(file))
                .isInstanceOf(StateFileException.class)
                .hasMessageContaining("2 heads");
        Block wrong = Linear.builder().setUnits(4).build();
        assertThatThrownBy(() -> ArgInit.builder().optHeads(2).optBlock(wrong).load(file))
                .isInstanceOf(StateFileException.class)
                .hasMessageContaining("fingerprint");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 3));
        assertThatThrownBy(() -> ArgInit.builder().optHeads(2).load(file))
                .isInstanceOf(StateFileException.class);
    }

    @Test
    void aFailingFitLeavesNothing() {
        NDManager system = manager.getParentManager();
        int before = ArrayCounts.of(system);
        TrainingListenerAdapter failing =
                new TrainingListenerAdapter() {
                    @Override
                    public void onEpoch(Trainer trainer) {
                        throw new UnsupportedOperationException("of the user");
                    }
                };
        assertThatThrownBy(() -> arg().addListeners(failing).fit()).hasMessage("of the user");
        Block wrong = Linear.builder().setUnits(3).build();
        assertThatThrownBy(() -> arg().optBlock(wrong).fit())
                .hasMessageContaining("2 numbers per instance");
        Block unfit =
                new SequentialBlock()
                        .add(
                                list -> {
                                    throw new UnsupportedOperationException("of the block");
                                })
                        .add(Linear.builder().setUnits(2).build());
        assertThatThrownBy(() -> arg().optBlock(unfit).fit()).hasMessage("of the block");
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            assertThat(collector).isNotNull();
            assertThatThrownBy(() -> arg().fit()).isInstanceOf(IllegalStateException.class);
        }
        assertThat(ArrayCounts.of(system)).isEqualTo(before);
        try (ArgInit rule = arg().fit()) {
            assertThat(rule.isFitted()).isTrue();
        }
    }

    @Test
    void aFitThatDivergesIsAnError() {
        Optimizer wild = Optimizer.sgd().setLearningRateTracker(Tracker.fixed(1e20f)).build();
        try (ArgInit rule = arg().optOptimizer(wild).build()) {
            assertThatThrownBy(rule::fit)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("diverged");
            assertThat(rule.isFitted()).isFalse();
        }
    }

    @Test
    void anObjectiveThatFailsInAProposalLeavesNothing() {
        Problem<float[]> broken = new Broken(problem);
        try (ArgInit rule = arg().optHeads(2).fit()) {
            start(rule);
            int count = ArrayCounts.of(manager);
            assertThatThrownBy(() -> rule.propose(broken, known, 1)).hasMessage("of the user");
            assertThat(ArrayCounts.of(manager)).isEqualTo(count);
            start(rule);
        }
    }

    /** The quadratic problem with an objective that fails. */
    private record Broken(QuadraticProblem plain) implements Problem<float[]> {

        @Override
        public Shape argument() {
            return plain.argument();
        }

        @Override
        public NDList known(NDManager owner, List<float[]> instances) {
            return plain.known(owner, instances);
        }

        @Override
        public NDArray value(NDList knownHere, NDArray argument) {
            argument.square();
            throw new UnsupportedOperationException("of the user");
        }

        @Override
        public FeasibleSet feasible(NDList knownHere) {
            return plain.feasible(knownHere);
        }
    }

    @Test
    void refusesWhatCantWork() {
        SolutionLog empty = SolutionLog.create(problem);
        assertThatThrownBy(() -> ArgInit.builder().setLog(empty).fit())
                .hasMessageContaining("empty");
        assertThatThrownBy(() -> ValueInit.builder().fit()).hasMessageContaining("setLog");
        assertThatThrownBy(() -> ArgInit.builder().optHeads(0)).hasMessageContaining("0");
        try (ArgInit unfitted = arg().build()) {
            assertThatThrownBy(() -> unfitted.propose(problem, known, 0))
                    .hasMessageContaining("fit()");
        }
        QuadraticProblem wider = new QuadraticProblem(3);
        NDList wide = new NDList(manager.zeros(new Shape(2, 3), DataType.FLOAT32));
        ArgInit rule = arg().fit();
        try (rule) {
            assertThatThrownBy(() -> rule.propose(wider, wide, 0)).hasMessageContaining("(2)");
        }
        assertThatThrownBy(() -> rule.propose(problem, known, 0)).hasMessageContaining("closed");
    }
}
