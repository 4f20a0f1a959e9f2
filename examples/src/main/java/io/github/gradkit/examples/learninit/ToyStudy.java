package io.github.gradkit.examples.learninit;

import ai.djl.ndarray.NDManager;
import io.github.gradkit.learninit.descent.Descent;
import io.github.gradkit.learninit.descent.Solver;
import io.github.gradkit.learninit.log.Collector;
import io.github.gradkit.learninit.log.SolutionLog;
import io.github.gradkit.learninit.predict.ArgInit;
import io.github.gradkit.learninit.predict.ValueInit;
import io.github.gradkit.learninit.start.Starts;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Gradient descent on a function of one number with two minima. */
final class ToyStudy implements Study {

    private static final int STEPS = 60;
    private static final int LOGGED = 500;
    private static final int STARTS = 4;
    private static final int FRESH = 1000;
    private static final int EPOCHS = 15;
    private static final int CANDIDATES = 10;

    private final Settings settings;

    ToyStudy(Settings settings) {
        this.settings = settings;
    }

    @Override
    public void run(long seed, @Nullable TrainedImages images, Board board) throws IOException {
        ToyProblem problem = new ToyProblem();
        Solver solver = Descent.builder().setStep(0.05).optSteps(STEPS).optCurve(true).build();
        SolutionLog log = SolutionLog.create(problem);
        long begin = System.nanoTime();
        Collector.of(problem)
                .setSolver(solver)
                .setLog(log)
                .optStarts(STARTS)
                .optSeed(seed)
                .build()
                .collect(ToyProblem.instances(settings.scaled(LOGGED), seed));
        double collected = Clock.since(begin);
        try (NDManager manager = NDManager.newBaseManager()) {
            Solving solving =
                    new Solving(
                            ProblemKind.TOY,
                            problem,
                            problem.known(
                                    manager,
                                    ToyProblem.instances(settings.scaled(FRESH), seed + 1_000_000)),
                            solver,
                            STEPS,
                            seed,
                            board);
            solving.baseline(Starts.uniform());
            solving.baseline(Starts.zero());
            solving.baseline(Starts.mean(log));
            solving.baseline(Starts.nearest(log));
            solving.multiStart(CANDIDATES);
            learn(log, seed, collected, solving);
        }
    }

    private void learn(SolutionLog log, long seed, double collected, Solving solving) {
        long begin = System.nanoTime();
        try (ArgInit rule =
                ArgInit.builder()
                        .setLog(log)
                        .optEpochs(settings.scaled(4 * EPOCHS))
                        .optSeed(seed)
                        .fit()) {
            solving.learned(rule, collected + Clock.since(begin));
        }
        long next = System.nanoTime();
        try (ValueInit rule =
                ValueInit.builder()
                        .setLog(log)
                        .optCandidates(CANDIDATES)
                        .optEpochs(settings.scaled(EPOCHS))
                        .optSeed(seed)
                        .fit()) {
            solving.learned(rule, collected + Clock.since(next));
        }
    }
}
