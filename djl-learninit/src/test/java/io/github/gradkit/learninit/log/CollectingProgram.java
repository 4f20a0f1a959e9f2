package io.github.gradkit.learninit.log;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.gradkit.learninit.ToyProblem;
import io.github.gradkit.learninit.descent.Descent;
import io.github.gradkit.learninit.descent.Solution;
import io.github.gradkit.learninit.descent.Solver;
import io.github.gradkit.learninit.problem.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Collects into a folder and is gone, without a word, in the middle of the third batch. */
final class CollectingProgram {

    static final List<Double> INSTANCES = ToyProblem.instances(50, 1);
    static final Solver SOLVER = Descent.builder().setStep(0.05).optSteps(4).build();

    private CollectingProgram() {}

    public static void main(String[] args) throws IOException {
        ToyProblem toy = new ToyProblem();
        collector(SolutionLog.open(Path.of(args[0]), toy), new Halting()).collect(INSTANCES);
    }

    static Collector<Double> collector(SolutionLog log, Solver solver) {
        return Collector.of(new ToyProblem())
                .setSolver(solver)
                .setLog(log)
                .optStarts(2)
                .optBatch(10)
                .build();
    }

    private static final class Halting implements Solver {

        private int calls;

        @Override
        public String name() {
            return "halting";
        }

        @Override
        public Solution solve(Problem<?> problem, NDList known, NDArray start) {
            if (calls++ == 5) {
                Runtime.getRuntime().halt(3);
            }
            return SOLVER.solve(problem, known, start);
        }
    }
}
