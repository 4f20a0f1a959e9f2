package io.github.gradkit.examples.learninit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.explain.Contrast;
import io.github.gradkit.learninit.explain.ExplanationProblem;
import io.github.gradkit.learninit.explain.Fista;
import io.github.gradkit.learninit.log.SolutionLog;
import io.github.gradkit.learninit.predict.ArgInit;
import io.github.gradkit.learninit.start.Starts;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** FISTA on pertinent negatives of test images. */
final class ExplanationStudy implements Study {

    private static final int STEPS = 60;
    private static final double RATE = 0.05;
    private static final double CONSTANT = 2;
    private static final int LOGGED = 400;
    private static final int FRESH = 100;
    private static final int EPOCHS = 40;

    private final Settings settings;

    ExplanationStudy(Settings settings) {
        this.settings = settings;
    }

    @Override
    public void run(long seed, @Nullable TrainedImages given, Board board) throws IOException {
        TrainedImages images = Objects.requireNonNull(given, "images");
        ExplanationProblem problem =
                ExplanationProblem.builder()
                        .setContrast(Contrast.NEGATIVE)
                        .setShape(images.shape())
                        .setClassifier(images.classifier().model().getBlock())
                        .optConstant(CONSTANT)
                        .build();
        Fista solver = Fista.builder().optSteps(STEPS).optRate(RATE).optCurve(true).build();
        SolutionLog log = SolutionLog.create(problem);
        try (NDManager manager = images.manager().newSubManager()) {
            long begin = System.nanoTime();
            collect(problem, solver, images, log, manager);
            try (NDArray fresh = first(images.test(), settings.scaled(FRESH));
                    NDList known = problem.known(fresh)) {
                known.attach(manager);
                Solving solving =
                        new Solving(
                                ProblemKind.EXPLANATION,
                                problem,
                                known,
                                solver,
                                STEPS,
                                seed,
                                board);
                try (ArgInit rule =
                        ArgInit.builder()
                                .setLog(log)
                                .optEpochs(settings.scaled(EPOCHS))
                                .optSeed(seed)
                                .fit()) {
                    double trained = Clock.since(begin);
                    solving.baseline(Starts.uniform());
                    solving.baseline(Starts.zero());
                    solving.baseline(Starts.mean(log));
                    solving.baseline(Starts.nearest(log));
                    solving.learned(rule, trained);
                }
            }
        }
    }

    private void collect(
            ExplanationProblem problem,
            Fista solver,
            TrainedImages images,
            SolutionLog log,
            NDManager manager) {
        Shape shape = new Shape(images.train().size()).addAll(images.shape());
        try (NDArray all = manager.create(images.train().features(), shape);
                NDArray some = first(all, settings.scaled(LOGGED));
                NDList known = problem.known(some);
                NDArray zero = some.zerosLike()) {
            log.add(known, zero, solver.solve(problem, known, zero));
        }
    }

    private static NDArray first(NDArray images, int count) {
        long rows = Math.min(count, images.getShape().get(0));
        return images.get(new NDIndex().addSliceDim(0, rows));
    }
}
