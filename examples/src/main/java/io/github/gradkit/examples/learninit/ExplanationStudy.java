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
import io.github.gradkit.learninit.start.StartRule;
import io.github.gradkit.learninit.start.Starts;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * FISTA on pertinent negatives and positives of test images, with the constant fixed; then searches
 * over the constant.
 */
final class ExplanationStudy implements Study {

    static final Variant POSITIVES =
            new Variant(
                    "positives",
                    "Contrastive explanations: positives",
                    "Find the least part of a test image that has its class by itself (a pertinent"
                            + " positive), by the same margin and with the same weight of the"
                            + " hinge.");

    static final double RATE = 0.005;

    private static final int STEPS = 60;
    private static final double CONSTANT = 2;
    private static final double MARGIN = 3;

    /** Negatives are harder to predict: other classes compete. */
    private static final int LOGGED_NEGATIVES = 800;

    private static final int LOGGED_POSITIVES = 300;
    private static final int LOG_STEPS = 40;
    private static final int FRESH = 60;
    private static final int EPOCHS = 20;
    private static final int EXPLAINED = 20;
    private static final int LESSONS = 40;

    private final Settings settings;

    ExplanationStudy(Settings settings) {
        this.settings = settings;
    }

    /** A problem without a classifier. */
    static ExplanationProblem.Builder problem(Contrast contrast, TrainedImages images) {
        return ExplanationProblem.builder()
                .setContrast(contrast)
                .setShape(images.shape())
                .optConstant(CONSTANT)
                .optKappa(MARGIN);
    }

    @Override
    public void run(long seed, @Nullable TrainedImages given, Board board) throws IOException {
        TrainedImages images = Objects.requireNonNull(given, "images");
        for (Contrast contrast : Contrast.values()) {
            run(contrast, seed, images, board);
        }
    }

    private void run(Contrast contrast, long seed, TrainedImages images, Board board)
            throws IOException {
        ExplanationProblem problem =
                problem(contrast, images)
                        .setClassifier(images.classifier().model().getBlock())
                        .build();
        SolutionLog log = SolutionLog.create(problem);
        try (NDManager manager = images.manager().newSubManager()) {
            long begin = System.nanoTime();
            Shape shape = new Shape(images.train().size()).addAll(images.shape());
            NDArray train = manager.create(images.train().features(), shape);
            collect(problem, train, log);
            try (ArgInit learned =
                    ArgInit.builder()
                            .setLog(log)
                            .optEpochs(settings.scaled(EPOCHS))
                            .optSeed(seed)
                            .fit()) {
                double trained = Clock.since(begin);
                StartRule nearest = Starts.nearest(log);
                Board mine = contrast == Contrast.NEGATIVE ? board : board.variant(POSITIVES);
                try (NDArray fresh = first(images.test(), settings.scaled(FRESH));
                        NDList known = problem.known(fresh)) {
                    known.attach(manager);
                    Solving solving = solving(problem, known, seed, mine);
                    solving.baseline(Starts.uniform());
                    solving.baseline(Starts.zero());
                    solving.baseline(Starts.mean(log));
                    solving.baseline(nearest);
                    solving.learned(learned, trained);
                }
                Explaining explaining = new Explaining(contrast, images, nearest, learned, seed);
                explain(explaining, train, seed, images, board);
            }
        }
    }

    private void collect(ExplanationProblem problem, NDArray train, SolutionLog log) {
        Fista solver = Fista.builder().optSteps(LOG_STEPS).optRate(RATE).build();
        try (NDArray some = first(train, settings.scaled(logged(problem.contrast())));
                NDList known = problem.known(some);
                NDArray zero = some.zerosLike()) {
            log.add(known, zero, solver.solve(problem, known, zero));
        }
    }

    private static int logged(Contrast contrast) {
        return contrast == Contrast.NEGATIVE ? LOGGED_NEGATIVES : LOGGED_POSITIVES;
    }

    private static Solving solving(
            ExplanationProblem problem, NDList known, long seed, Board board) {
        Fista solver = Fista.builder().optSteps(STEPS).optRate(RATE).optCurve(true).build();
        return new Solving(ProblemKind.EXPLANATION, problem, known, solver, STEPS, seed, board);
    }

    private void explain(
            Explaining explaining, NDArray train, long seed, TrainedImages images, Board board) {
        try (NDArray lessons = first(train, settings.scaled(LESSONS));
                NDArray fresh = first(images.test(), settings.scaled(EXPLAINED))) {
            int count = Math.toIntExact(fresh.getShape().get(0));
            ExplanationTable table =
                    board.material(ExplanationTable.class, () -> new ExplanationTable(count));
            ExplanationPictures pictures =
                    board.material(
                            ExplanationPictures.class,
                            () ->
                                    new ExplanationPictures(
                                            images.train().format(), fresh.toFloatArray()));
            boolean shown = seed == settings.firstSeed();
            explaining.run(lessons, fresh, table, shown ? pictures : null);
        }
    }

    private static NDArray first(NDArray images, int count) {
        long rows = Math.min(count, images.getShape().get(0));
        return images.get(new NDIndex().addSliceDim(0, rows));
    }
}
