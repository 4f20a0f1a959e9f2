package io.github.gradkit.examples.tracin;

import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import ai.djl.util.Progress;
import io.github.gradkit.examples.cli.CommandException;
import io.github.gradkit.examples.cli.ProgressListener;
import io.github.gradkit.examples.data.ImageData;
import io.github.gradkit.examples.data.ImageSet;
import io.github.gradkit.examples.data.LabelFlips;
import io.github.gradkit.examples.model.Classifier;
import io.github.gradkit.examples.model.Logits;
import io.github.gradkit.tracin.Checkpoint;
import io.github.gradkit.tracin.CheckpointListener;
import io.github.gradkit.tracin.CheckpointSchedule;
import io.github.gradkit.tracin.Examples;
import io.github.gradkit.tracin.RecordingTracker;
import io.github.gradkit.tracin.SelfInfluence;
import io.github.gradkit.tracin.TopInfluences;
import io.github.gradkit.tracin.TracIn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Spoils labels, trains, and looks for the spoiled ones. */
final class Experiment {

    /** How many test images are explained. */
    static final int CASES = 3;

    /** How many proponents and opponents are shown for each. */
    static final int STRONGEST = 3;

    private final Settings settings;
    private final Progress progress;
    private final Path checkpointFolder;
    private final long flipSeed;
    private final long randomSeed;
    private final int trainingSeed;
    private final Map<String, Double> seconds = new LinkedHashMap<>();

    Experiment(Settings settings, Progress progress, Path checkpointFolder) {
        this.settings = settings;
        this.progress = progress;
        this.checkpointFolder = checkpointFolder;
        SplittableRandom seeds = new SplittableRandom(settings.seed());
        flipSeed = seeds.nextLong();
        randomSeed = seeds.nextLong();
        trainingSeed = seeds.nextInt();
    }

    Outcome run(ImageData data) throws IOException, TranslateException, CommandException {
        check(data);
        LabelFlips flips = flip(data.train());
        ImageSet spoiled = data.train().withLabels(flips.labels());
        try (Classifier classifier = newClassifier(data.train())) {
            ArrayDataset train = classifier.dataset(spoiled);
            long start = System.nanoTime();
            List<Checkpoint> checkpoints = train(classifier, train);
            seconds.put("train", secondsSince(start));
            Logits trainLogits = classifier.logits(train);
            requireFinite(trainLogits);

            start = System.nanoTime();
            TracIn tracIn = tracIn(classifier, checkpoints);
            SelfInfluence self = tracIn.selfInfluence(Examples.of(train));
            Logits testLogits = classifier.logits(classifier.dataset(data.test()));
            int[] wrong = worstMistakes(testLogits, data.test().labels());
            ArrayDataset asked = classifier.dataset(data.test().select(wrong));
            TopInfluences top = tracIn.top(Examples.of(asked), Examples.of(train), STRONGEST);
            seconds.put("analysis", secondsSince(start));
            return new Outcome(
                    data.train(),
                    data.test(),
                    flips,
                    trainLogits,
                    testLogits,
                    checkpoints,
                    self,
                    rankings(self, trainLogits, flips),
                    cases(wrong, top),
                    seconds);
        }
    }

    private void check(ImageData data) throws CommandException {
        ImageSet.Format format = data.train().format();
        settings.layers().requireMatch(settings.model().layers(format.classes()));
        int side = Math.min(format.width(), format.height());
        if (settings.model() == ModelKind.CNN && side < ModelKind.MIN_SIDE) {
            throw new CommandException(
                    "--model cnn needs images of "
                            + ModelKind.MIN_SIDE
                            + " pixels or more in each direction, got "
                            + side
                            + "; use --model mlp");
        }
        long count = Math.round(settings.flipRate() * data.train().size());
        if (count < 1 || count >= data.train().size()) {
            throw new CommandException(
                    String.format(
                            "--flip-rate %s of %d training examples flips %d labels: at least one"
                                    + " must be flipped and one kept",
                            settings.flipRate(), data.train().size(), count));
        }
        if (steps(data.train().size()) < settings.checkpoints()) {
            throw new CommandException(
                    String.format(
                            "--checkpoints %d needs as many training steps, but %d epochs of %d"
                                    + " examples in batches of %d are only %d",
                            settings.checkpoints(),
                            settings.epochs(),
                            data.train().size(),
                            settings.batchSize(),
                            steps(data.train().size())));
        }
    }

    private void requireFinite(Logits logits) throws CommandException {
        if (!logits.areFinite()) {
            throw new CommandException(
                    "The training diverged: the network's outputs are not finite. Try a"
                            + " --learning-rate smaller than "
                            + settings.learningRate());
        }
    }

    private long steps(int examples) {
        long perEpoch = (examples + settings.batchSize() - 1L) / settings.batchSize();
        return perEpoch * settings.epochs();
    }

    private LabelFlips flip(ImageSet clean) throws IOException, TranslateException {
        int[] labels = clean.labels();
        return switch (settings.flip()) {
            case UNIFORM ->
                    LabelFlips.uniform(
                            labels, clean.format().classes(), settings.flipRate(), flipSeed);
            case CONFUSABLE ->
                    LabelFlips.confusable(
                            labels,
                            cleanModelLogits(clean).values(),
                            settings.flipRate(),
                            flipSeed);
        };
    }

    private Logits cleanModelLogits(ImageSet clean) throws IOException, TranslateException {
        long start = System.nanoTime();
        try (Classifier classifier = newClassifier(clean)) {
            ArrayDataset train = classifier.dataset(clean);
            classifier.fit(
                    train,
                    settings.epochs(),
                    sgd(Tracker.fixed(settings.learningRate())),
                    new ProgressListener(
                            progress, "Training on clean labels", steps(clean.size())));
            return classifier.logits(train);
        } finally {
            seconds.put("cleanModel", secondsSince(start));
        }
    }

    private Classifier newClassifier(ImageSet images) {
        return new Classifier(
                settings.model().block(images.format().classes()),
                settings.batchSize(),
                trainingSeed);
    }

    private static Optimizer sgd(Tracker learningRate) {
        return Optimizer.sgd().setLearningRateTracker(learningRate).build();
    }

    private List<Checkpoint> train(Classifier classifier, ArrayDataset train)
            throws IOException, TranslateException {
        RecordingTracker rate = RecordingTracker.of(Tracker.fixed(settings.learningRate()));
        long steps = steps(Math.toIntExact(train.size()));
        CheckpointListener listener =
                CheckpointListener.builder()
                        .setDirectory(checkpointFolder)
                        .setSchedule(CheckpointSchedule.atSteps(checkpointSteps(steps)))
                        .setLearningRate(rate)
                        .optSeed(settings.seed())
                        .build();
        classifier.fit(
                train,
                settings.epochs(),
                sgd(rate),
                listener,
                new ProgressListener(progress, "Training", steps));
        return Checkpoint.list(checkpointFolder);
    }

    /** Spreads the checkpoints evenly; the last one is the final model. */
    private long[] checkpointSteps(long steps) {
        return LongStream.rangeClosed(1, settings.checkpoints())
                .map(i -> steps * i / settings.checkpoints())
                .toArray();
    }

    private TracIn tracIn(Classifier classifier, List<Checkpoint> checkpoints) {
        return TracIn.builder()
                .setModel(classifier.model())
                .setCheckpoints(checkpoints)
                .setLoss(Classifier.loss())
                .optLayers(settings.layers())
                .optProgress(progress)
                .build();
    }

    /** Finds misclassified test images, those with the highest loss first. */
    private static int[] worstMistakes(Logits logits, int[] labels) {
        Comparator<Integer> mistakesFirst =
                Comparator.comparing(i -> logits.predicted(i) == labels[i]);
        Comparator<Integer> byLoss = Comparator.comparingDouble(i -> -logits.loss(i, labels[i]));
        return IntStream.range(0, labels.length)
                .boxed()
                .sorted(mistakesFirst.thenComparing(byLoss))
                .limit(CASES)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private Map<Method, Ranking> rankings(SelfInfluence self, Logits logits, LabelFlips flips) {
        double[] random = new SplittableRandom(randomSeed).doubles(self.scores().length).toArray();
        Map<Method, Ranking> rankings = new EnumMap<>(Method.class);
        boolean[] flipped = flips.flipped();
        rankings.put(Method.SELF_INFLUENCE, Ranking.of(self.scores(), flipped));
        rankings.put(Method.LOSS, Ranking.of(logits.losses(flips.labels()), flipped));
        rankings.put(Method.MARGIN, Ranking.of(logits.negativeMargins(flips.labels()), flipped));
        rankings.put(Method.RANDOM, Ranking.of(random, flipped));
        return rankings;
    }

    private static List<Outcome.Case> cases(int[] testIndices, TopInfluences top) {
        List<Outcome.Case> cases = new ArrayList<>();
        for (int i = 0; i < testIndices.length; i++) {
            cases.add(new Outcome.Case(testIndices[i], top.proponents(i), top.opponents(i)));
        }
        return cases;
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
