package io.github.gradkit.tracin;

import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;
import ai.djl.util.Progress;
import io.github.gradkit.tracin.internal.Form;
import io.github.gradkit.tracin.internal.TileStore;
import io.github.gradkit.tracin.internal.TopScores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * TracInCP: the influence of training examples on predictions, from the checkpoints of one
 * training.
 *
 * <p>The score of training example z for test example z' is the sum over checkpoints of the
 * learning rate there times the inner product of the loss gradients of z and z'. Positive =
 * proponent: training on z lowered the loss of z'; negative = opponent. Exact over all trained
 * parameters or those of chosen layers; parameters that were frozen in training don't count.
 *
 * <p>Linear and convolution layers and the affine parameters of batch and layer normalisation are
 * handled a batch at a time; other layers take one forward and backward pass per example, with a
 * warning. Normalisation uses its running statistics and dropout is off, as in inference. Nothing
 * of the model changes: its weights, gradients, flags and statistics are as before, also after an
 * exception.
 *
 * <p>Cost per checkpoint: a forward pass and the backward pass of the errors for each training and
 * test example, plus the comparison (see the methods). Memory: {@link Builder#optMemoryBudget}
 * bounds what is kept beside the model; in addition each pass holds the activations of one batch.
 * Checkpoints are loaded once each. DJL allows one gradient collector per process, so don't train
 * at the same time.
 *
 * <p>The score assumes plain gradient descent. With momentum, scores scale by about 1 / (1 -
 * momentum) and rankings keep; for Adam they are a proxy. TracIn is good at finding mislabelled and
 * memorised examples and weaker at predicting what leaving an example out would do.
 *
 * <p>Source: Pruthi et al., <em>Estimating Training Data Influence by Tracing Gradient
 * Descent</em>, NeurIPS 2020, <a href="https://arxiv.org/abs/2002.08484">arXiv:2002.08484</a>.
 */
public final class TracIn {

    /** The default of {@link Builder#optBatchSize}: {@value} examples. */
    public static final int DEFAULT_BATCH_SIZE = 256;

    /** The default of {@link Builder#optMemoryBudget}: {@value} bytes. */
    public static final long DEFAULT_MEMORY_BUDGET = 1L << 30;

    private final Settings settings;

    private TracIn(Settings settings) {
        this.settings = settings;
    }

    /** What the builder has gathered. */
    record Settings(
            Block block,
            List<Checkpoint> checkpoints,
            Objective trainObjective,
            Objective testObjective,
            double testSign,
            Predicate<String> layers,
            int batchSize,
            long memoryBudget,
            Map<Class<?>, BlockWalker<?>> walkers,
            @Nullable Progress progress,
            Optional<Form> form) {

        long heapForScores() {
            return Math.min(memoryBudget, Runtime.getRuntime().maxMemory() / 4);
        }
    }

    /**
     * Returns a builder.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Scores all pairs and keeps them in memory.
     *
     * @param test the test examples (m)
     * @param train the training examples (n)
     * @return the m x n scores, 4 bytes each on the heap
     * @throws IllegalArgumentException if examples are empty, depend on each other in the model or
     *     the loss, or the checkpoints don't fit the model
     * @throws IllegalStateException if a score is not finite
     */
    public ScoreMatrix scores(Examples test, Examples train) {
        return pairs(test, train, PairAnalysis.Grouping.TOTAL).get(0);
    }

    /**
     * Scores all pairs, kept apart by layer.
     *
     * @param test the test examples (m)
     * @param train the training examples (n)
     * @return for each layer path m x n scores, 4 bytes each on the heap; they add up to {@link
     *     #scores(Examples, Examples)}
     * @throws IllegalArgumentException as {@link #scores(Examples, Examples)}
     * @throws IllegalStateException if a score is not finite
     */
    public Map<String, ScoreMatrix> scoresByLayer(Examples test, Examples train) {
        try (PairAnalysis analysis = new PairAnalysis(settings, PairAnalysis.Grouping.BY_LAYER)) {
            List<TileStore> stores = analysis.run(test, train);
            Map<String, ScoreMatrix> scores = new LinkedHashMap<>();
            for (int i = 0; i < stores.size(); i++) {
                scores.put(analysis.layerPaths().get(i), matrix(stores.get(i)));
            }
            return scores;
        }
    }

    /**
     * Scores all pairs, kept apart by checkpoint.
     *
     * @param test the test examples (m)
     * @param train the training examples (n)
     * @return for each checkpoint, in order, m x n scores, 4 bytes each on the heap; they add up to
     *     {@link #scores(Examples, Examples)}
     * @throws IllegalArgumentException as {@link #scores(Examples, Examples)}
     * @throws IllegalStateException if a score is not finite
     */
    public List<ScoreMatrix> scoresByCheckpoint(Examples test, Examples train) {
        return pairs(test, train, PairAnalysis.Grouping.BY_CHECKPOINT);
    }

    private List<ScoreMatrix> pairs(Examples test, Examples train, PairAnalysis.Grouping grouping) {
        try (PairAnalysis analysis = new PairAnalysis(settings, grouping)) {
            return analysis.run(test, train).stream().map(TracIn::matrix).toList();
        }
    }

    /**
     * Scores all pairs and hands them out in tiles, never holding the whole matrix on the heap.
     *
     * <p>Running sums beyond the memory budget live in a temporary file of 4 bytes per pair.
     *
     * @param test the test examples (m)
     * @param train the training examples (n)
     * @param consumer receives the tiles by rising index of the training example, after all
     *     checkpoints
     * @throws IllegalArgumentException as {@link #scores(Examples, Examples)}
     * @throws IllegalStateException if a score is not finite
     */
    public void scores(Examples test, Examples train, Consumer<ScoreTile> consumer) {
        try (PairAnalysis analysis = new PairAnalysis(settings, PairAnalysis.Grouping.TOTAL)) {
            PairAnalysis.forEachTile(analysis.run(test, train).get(0), consumer);
        }
    }

    /**
     * Finds the strongest training examples for each test example, exactly.
     *
     * @param test the test examples (m)
     * @param train the training examples (n)
     * @param k how many proponents and opponents per test example, at least 1; more than n gives
     *     all n
     * @return the proponents and opponents, ties by index; memory m k beside the running sums
     * @throws IllegalArgumentException if k is less than 1, or as {@link #scores(Examples,
     *     Examples)}
     * @throws IllegalStateException if a score is not finite
     */
    public TopInfluences top(Examples test, Examples train, int k) {
        if (k < 1) {
            throw new IllegalArgumentException("k must be >= 1, got " + k);
        }
        List<TopScores> proponents = new ArrayList<>();
        List<TopScores> opponents = new ArrayList<>();
        scores(
                test,
                train,
                tile -> {
                    while (proponents.size() < tile.testCount()) {
                        proponents.add(new TopScores(k, true));
                        opponents.add(new TopScores(k, false));
                    }
                    for (int i = 0; i < tile.testCount(); i++) {
                        offer(tile, i, proponents.get(i), opponents.get(i));
                    }
                });
        return new TopInfluences(
                proponents.stream().map(TopScores::best).toList(),
                opponents.stream().map(TopScores::best).toList());
    }

    private static void offer(
            ScoreTile tile, int testIndex, TopScores proponents, TopScores opponents) {
        int end = tile.firstTrainIndex() + tile.trainCount();
        for (int j = tile.firstTrainIndex(); j < end; j++) {
            float score = tile.get(testIndex, j);
            proponents.offer(j, score);
            opponents.offer(j, score);
        }
    }

    /**
     * Scores every training example against the sum of all test examples.
     *
     * <p>Equals the column sums of the score matrix, at the cost of n + m instead of n m
     * comparisons.
     *
     * @param test the test examples (m)
     * @param train the training examples (n)
     * @return n scores, by index of the training example; positive = its training lowered the total
     *     test loss
     * @throws IllegalArgumentException as {@link #scores(Examples, Examples)}
     * @throws IllegalStateException if a score is not finite
     */
    public double[] aggregate(Examples test, Examples train) {
        try (AggregateAnalysis analysis = new AggregateAnalysis(settings)) {
            return analysis.run(test, train);
        }
    }

    /**
     * Scores every example against itself, with the training loss.
     *
     * <p>The examples with the largest scores are the suspicious ones: mislabelled, rare or
     * ambiguous. Needs no test examples.
     *
     * @param examples the training examples (n)
     * @return n scores, in total, by layer and by checkpoint
     * @throws IllegalArgumentException as {@link #scores(Examples, Examples)}
     * @throws IllegalStateException if a score is not finite
     */
    public SelfInfluence selfInfluence(Examples examples) {
        try (SelfAnalysis analysis = new SelfAnalysis(settings)) {
            return analysis.run(examples);
        }
    }

    private static ScoreMatrix matrix(TileStore store) {
        TileStore.Layout layout = store.layout();
        float[][] rows = new float[layout.tests()][layout.trains()];
        PairAnalysis.forEachTile(
                store,
                tile -> {
                    for (int i = 0; i < rows.length; i++) {
                        tile.copyRow(i, rows[i]);
                    }
                });
        return new ScoreMatrix(rows, layout.trains());
    }

    /** Builds a {@link TracIn}. */
    public static final class Builder {

        private @Nullable Block block;
        private @Nullable List<Checkpoint> checkpoints;
        private @Nullable Objective trainObjective;
        private @Nullable Objective testObjective;
        private double testSign = 1;
        private Predicate<String> layers = path -> true;
        private int batchSize = DEFAULT_BATCH_SIZE;
        private long memoryBudget = DEFAULT_MEMORY_BUDGET;
        private final Map<Class<?>, BlockWalker<?>> walkers = new HashMap<>();
        private @Nullable Progress progress;
        private Optional<Form> form = Optional.empty();

        private Builder() {}

        /**
         * Sets the model whose training is analysed.
         *
         * @param model built as it was trained, and initialised; its weights don't matter, those of
         *     the checkpoints count
         * @return this builder
         */
        public Builder setModel(Model model) {
            return setBlock(model.getBlock());
        }

        /**
         * Sets the block whose training is analysed; an alternative to {@link #setModel}.
         *
         * @param block built as it was trained, and initialised
         * @return this builder
         */
        public Builder setBlock(Block block) {
            this.block = Objects.requireNonNull(block, "block");
            return this;
        }

        /**
         * Sets the checkpoints to sum over.
         *
         * @param checkpoints at least one, usually {@link Checkpoint#list}; five or more are better
         * @return this builder
         */
        public Builder setCheckpoints(List<Checkpoint> checkpoints) {
            if (checkpoints.isEmpty()) {
                throw new IllegalArgumentException(
                        "There must be at least one checkpoint, got none: influence is a sum over"
                                + " them");
            }
            Set<Path> files = new HashSet<>();
            for (Checkpoint checkpoint : checkpoints) {
                if (!files.add(checkpoint.file().toAbsolutePath().normalize())) {
                    throw new IllegalArgumentException(
                            "Checkpoint "
                                    + checkpoint.file()
                                    + " is given twice, and would count twice");
                }
            }
            this.checkpoints = List.copyOf(checkpoints);
            return this;
        }

        /**
         * Sets the loss of the training.
         *
         * @param loss the loss that the model was trained with; a mean or a sum over the batch,
         *     which is found out; a weight penalty in it is not an effect of examples and doesn't
         *     count
         * @return this builder
         */
        public Builder setLoss(Loss loss) {
            return setLoss((Objective) loss::evaluate);
        }

        /**
         * Sets the loss of the training as a function.
         *
         * @param loss as in {@link #setLoss(Loss)}
         * @return this builder
         */
        public Builder setLoss(Objective loss) {
            this.trainObjective = Objects.requireNonNull(loss, "loss");
            return this;
        }

        /**
         * Sets another loss for the test examples.
         *
         * @param loss what training examples lower or raise; by default the loss of the training
         * @return this builder
         */
        public Builder optTestLoss(Objective loss) {
            this.testObjective = Objects.requireNonNull(loss, "loss");
            this.testSign = 1;
            return this;
        }

        /**
         * Sets a score for the test examples, for instance a logit where there is no label.
         *
         * @param score higher is better: a proponent is an example whose training raised it
         * @return this builder
         */
        public Builder optTestScore(Objective score) {
            this.testObjective = Objects.requireNonNull(score, "score");
            this.testSign = -1;
            return this;
        }

        /**
         * Chooses the layers to compare gradients of.
         *
         * @param layers accepts layer paths such as {@code 03Linear}; by default all layers with
         *     trained parameters. Scores of disjoint choices add up; a parameter shared by several
         *     layers counts with the first of them
         * @return this builder
         */
        public Builder optLayers(Predicate<String> layers) {
            this.layers = Objects.requireNonNull(layers, "layers");
            return this;
        }

        /**
         * Sets how many examples are processed at a time.
         *
         * @param batchSize at least 1, by default {@value TracIn#DEFAULT_BATCH_SIZE}; lowered by
         *     itself where the memory budget asks for it. It has no effect on the scores beyond
         *     rounding
         * @return this builder
         */
        public Builder optBatchSize(int batchSize) {
            if (batchSize < 1) {
                throw new IllegalArgumentException("The batch size must be >= 1, got " + batchSize);
            }
            this.batchSize = batchSize;
            return this;
        }

        /**
         * Bounds the memory for gradient factors and for running sums of scores.
         *
         * @param bytes at least 1 MiB, by default 1 GiB; too small a budget costs repeated passes
         *     over the training examples, and a temporary file for the scores
         * @return this builder
         */
        public Builder optMemoryBudget(long bytes) {
            if (bytes < 1 << 20) {
                throw new IllegalArgumentException(
                        "The memory budget must be at least 1 MiB (1048576 bytes), got " + bytes);
            }
            this.memoryBudget = bytes;
            return this;
        }

        /**
         * Tells how a hand-written composite block runs its children, so that their kernels can be
         * used.
         *
         * @param type the exact class of the composite
         * @param walker repeats its forward pass
         * @param <B> the type of the composite
         * @return this builder
         */
        public <B extends Block> Builder addWalker(Class<B> type, BlockWalker<B> walker) {
            walkers.put(
                    Objects.requireNonNull(type, "type"), Objects.requireNonNull(walker, "walker"));
            return this;
        }

        /**
         * Reports progress, counted in examples.
         *
         * @param progress for instance a {@code ProgressBar}; by default nothing is reported
         * @return this builder
         */
        public Builder optProgress(Progress progress) {
            this.progress = Objects.requireNonNull(progress, "progress");
            return this;
        }

        /** Fixes the form of all layers, so that tests can compare them. */
        Builder form(Form form) {
            this.form = Optional.of(form);
            return this;
        }

        /**
         * Builds the analyser.
         *
         * @return the analyser, which holds no memory of its own and may be used again and again
         * @throws IllegalStateException if the model, the checkpoints or the loss is missing
         */
        public TracIn build() {
            Objective loss = required(trainObjective, "setLoss");
            return new TracIn(
                    new Settings(
                            required(block, "setModel"),
                            required(checkpoints, "setCheckpoints"),
                            loss,
                            testObjective == null ? loss : testObjective,
                            testSign,
                            layers,
                            batchSize,
                            memoryBudget,
                            Map.copyOf(walkers),
                            progress,
                            form));
        }

        private static <T> T required(@Nullable T value, String setter) {
            if (value == null) {
                throw new IllegalStateException("TracIn.builder()." + setter + "(...) is missing");
            }
            return value;
        }
    }
}
