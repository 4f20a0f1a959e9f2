package io.github.gradkit.examples.learninit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.advtrain.attack.AttackInput;
import io.github.gradkit.advtrain.attack.BlockScorer;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.PerturbationStart;
import io.github.gradkit.advtrain.attack.Pgd;
import io.github.gradkit.examples.data.ImageSet;
import io.github.gradkit.learninit.attack.ClassMeanStart;
import io.github.gradkit.learninit.attack.LearnedStart;
import io.github.gradkit.learninit.attack.LogitDirectionStart;
import io.github.gradkit.learninit.attack.StartComparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Projected gradient descent on test images. */
final class AttackStudy implements Study {

    static final EpsilonBall BALL = EpsilonBall.linf(0.1).within(0, 1);

    /** The steps of attacks that are learned from. */
    static final int FULL_STEPS = 10;

    static final List<Integer> BUDGETS = List.of(1, 2, 4, 5, 10, 20);

    private static final int EXAMPLES = 10_000;
    private static final int COPIES = 6;
    private static final double NOISE = 0.2;
    private static final int PASSES = 20;

    private final Settings settings;

    AttackStudy(Settings settings) {
        this.settings = settings;
    }

    @Override
    public void run(long seed, @Nullable TrainedImages given, Board board) {
        TrainedImages images = Objects.requireNonNull(given, "images");
        try (BlockScorer scorer = BlockScorer.of(images.classifier().model());
                NDManager manager = images.manager().newSubManager()) {
            StartComparison comparison =
                    new StartComparison(scorer, images.testInput(), BALL, seed);
            add(PerturbationStart.uniform(), Outcome.RANDOM, 0, comparison, board);
            add(PerturbationStart.zero(), "zero", 0, comparison, board);
            add(images.previous(), "previous", 0, comparison, board);
            add(
                    new LogitDirectionStart(LogitDirectionStart.STEPS_DEFAULT),
                    "logit direction",
                    LogitDirectionStart.STEPS_DEFAULT,
                    comparison,
                    board);
            add(classMean(images, scorer, manager), "class mean", 0, comparison, board);
            learn(seed, images, scorer, manager, comparison, board);
        }
    }

    private static void add(
            PerturbationStart start,
            String name,
            int before,
            StartComparison comparison,
            Board board) {
        add(start, name, Role.BASELINE, before, 0, comparison, board);
    }

    /** Budgets are gradients of the model, those of the start included. */
    private static void add(
            PerturbationStart start,
            String name,
            Role role,
            int before,
            double trainingSeconds,
            StartComparison comparison,
            Board board) {
        List<Trial.Point> curve = new ArrayList<>();
        double seconds = 0;
        for (int budget : BUDGETS) {
            if (budget > before) {
                StartComparison.Entry entry = comparison.measure(start, budget - before);
                curve.add(new Trial.Point(entry.gradients(), entry.loss()));
                seconds = entry.seconds();
            }
        }
        board.add(name, role, new Trial(curve, seconds, trainingSeconds));
    }

    private static Pgd attack() {
        return Pgd.builder()
                .setBall(BALL)
                .optSteps(FULL_STEPS)
                .optStart(PerturbationStart.zero())
                .build();
    }

    private static ClassMeanStart classMean(
            TrainedImages images, BlockScorer scorer, NDManager manager) {
        ImageSet train = images.train();
        Shape shape = new Shape(train.size()).addAll(images.shape());
        ClassMeanStart start = new ClassMeanStart();
        try (NDArray inputs = manager.create(train.features(), shape);
                NDArray ends =
                        attack().adversarial(scorer, AttackInput.of(inputs, train.labels()));
                NDArray changes = ends.sub(inputs)) {
            start.add(train.labels(), changes);
        }
        return start;
    }

    private void learn(
            long seed,
            TrainedImages images,
            BlockScorer scorer,
            NDManager manager,
            StartComparison comparison,
            Board board) {
        ImageSet train = images.train();
        int copies = Math.min(COPIES, settings.scaled(EXAMPLES) / train.size());
        float[] pixels =
                new Variations(train.format(), NOISE, seed).of(train.features().array(), copies);
        int[] labels = repeat(train.labels(), copies + 1);
        try (LearnedStart start =
                        LearnedStart.builder()
                                .setBall(BALL)
                                .setExample(images.shape())
                                .setClasses(train.format().classes())
                                .optSeed(seed)
                                .build();
                NDArray inputs =
                        manager.create(pixels, new Shape(labels.length).addAll(images.shape()))) {
            long begin = System.nanoTime();
            start.fit(scorer, attack(), inputs, labels, settings.scaled(PASSES));
            double seconds = Clock.since(begin);
            add(start, "learned", Role.LEARNED, 0, seconds, comparison, board);
        }
    }

    /** The cross-entropy after some gradients, which must be one of the budgets. */
    static double lossAt(Trial trial, int gradients) {
        return trial.curve().stream()
                .filter(point -> point.steps() == gradients)
                .findFirst()
                .orElseThrow()
                .value();
    }

    private static int[] repeat(int[] labels, int times) {
        int[] all = new int[labels.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(labels, 0, all, i * labels.length, labels.length);
        }
        return all;
    }
}
