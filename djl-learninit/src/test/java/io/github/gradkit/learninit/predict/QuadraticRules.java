package io.github.gradkit.learninit.predict;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.gradkit.learninit.QuadraticProblem;
import io.github.gradkit.learninit.descent.Descent;
import io.github.gradkit.learninit.descent.Solver;
import io.github.gradkit.learninit.log.Collector;
import io.github.gradkit.learninit.log.SolutionLog;
import io.github.gradkit.learninit.start.StartRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Rules fitted to logs of the quadratic problem. */
abstract class QuadraticRules {

    final NDManager manager = NDManager.newBaseManager();
    final QuadraticProblem problem = new QuadraticProblem(2);
    final Solver solver = Descent.builder().setStep(0.5).optSteps(3).build();
    final Solver short1 = Descent.builder().setStep(0.1).optSteps(1).build();
    final SolutionLog log = SolutionLog.create(problem);
    final SolutionLog rough = SolutionLog.create(problem);
    NDList known;

    @TempDir Path folder;

    @BeforeEach
    void collect() throws IOException {
        Collector.of(problem).setSolver(solver).setLog(log).build().collect(instances(300, 1));
        Collector.of(problem).setSolver(short1).setLog(rough).build().collect(instances(300, 1));
        known = problem.known(manager, instances(40, 2));
    }

    @AfterEach
    void close() {
        manager.close();
    }

    static List<float[]> instances(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<float[]> instances = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            instances.add(
                    new float[] {
                        (float) random.nextDouble(-1, 1), (float) random.nextDouble(4, 9)
                    });
        }
        return instances;
    }

    ArgInit.Builder arg() {
        return ArgInit.builder().setLog(log).optEpochs(3).optBatch(50);
    }

    ValueInit.Builder value() {
        return ValueInit.builder().setLog(rough).optEpochs(3).optBatch(50);
    }

    float[] start(StartRule rule) {
        try (NDArray argument = rule.propose(problem, known, 5).argument()) {
            assertThat(argument.getManager()).isSameAs(manager);
            return argument.toFloatArray();
        }
    }
}
