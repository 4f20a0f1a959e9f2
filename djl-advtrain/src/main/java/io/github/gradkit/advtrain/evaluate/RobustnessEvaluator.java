package io.github.gradkit.advtrain.evaluate;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.util.Progress;
import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.AutoAttack;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Fgsm;
import io.github.gradkit.advtrain.attack.GradientScorer;
import io.github.gradkit.advtrain.attack.Pgd;
import io.github.gradkit.advtrain.attack.Scorer;
import io.github.gradkit.advtrain.attack.Square;
import io.github.gradkit.advtrain.internal.Checks;
import io.github.gradkit.support.state.StateFileException;
import io.github.gradkit.support.state.StateHeader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Measures how robust a classifier is, and looks for signs that the figure is wrong.
 *
 * <pre>{@code
 * RobustnessReport report =
 *         RobustnessEvaluator.builder()
 *                 .setModel(model)
 *                 .setBall(EpsilonBall.linf(0.3).within(0, 1))
 *                 .build()
 *                 .evaluate(testSet);
 * double robust = report.robust().share();
 * report.writeTo(Path.of("robustness.html"));
 * }</pre>
 *
 * <p>Every attack is run on every example that is classified correctly. Then the accuracy over a
 * range of radii is measured, the exact one too if the model is linear, and the {@link
 * ObfuscationChecklist} is gone through on a part of the examples. The index of an example in the
 * report is its index in the data set, whatever sampler the set trains with. Data are read several
 * times, so a data set must give the same example for the same index: leave random augmentation
 * out. The batch size makes no difference beyond rounding.
 *
 * <p>The model is left as it was, bit for bit, also after an exception. With {@link
 * Builder#optStateFile} an evaluation that was interrupted goes on where it was.
 */
public final class RobustnessEvaluator {

    /** The default number of examples at once. */
    public static final int BATCH_SIZE_DEFAULT = 128;

    /** The default number of examples the checklist looks at. */
    public static final int CHECKLIST_EXAMPLES_DEFAULT = 200;

    private static final int STEPS = 50;
    private static final int RESTARTS = 10;
    private static final int QUERIES = 1000;

    private final Supplier<Subject> subject;
    private final Settings settings;

    private RobustnessEvaluator(Supplier<Subject> subject, Settings settings) {
        this.subject = subject;
        this.settings = settings;
    }

    /**
     * Starts an evaluator.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Evaluates the model on a data set.
     *
     * @param dataset examples with one input and one label each; prepared when first used, and read
     *     in the order of their indices
     * @return the report
     * @throws IllegalArgumentException if the data set is empty, or an example can't be attacked
     * @throws UncheckedIOException if the data set can't be read, or the state file belongs to
     *     something else or is damaged
     */
    public RobustnessReport evaluate(RandomAccessDataset dataset) {
        return evaluate(EvaluationData.of(dataset));
    }

    /**
     * Evaluates the model on arrays.
     *
     * @param inputs the inputs, {@code (examples, ...)}; kept open by the caller
     * @param labels the true classes, {@code (examples)}, or one-hot rows; kept open by the caller
     * @return the report
     * @throws IllegalArgumentException if there is no example, or an example can't be attacked
     * @throws UncheckedIOException if the state file belongs to something else or is damaged
     */
    public RobustnessReport evaluate(NDArray inputs, NDArray labels) {
        return evaluate(EvaluationData.of(inputs, labels));
    }

    private RobustnessReport evaluate(EvaluationData data) {
        try (Subject opened = subject.get()) {
            DataScan scan = DataScan.of(data, opened.manager(), settings.batchSize());
            RunStore store =
                    RunStore.open(
                            settings.stateFile(),
                            header(opened, scan),
                            scan.size(),
                            opened.manager());
            return Assessment.of(new Session(opened, data, scan, settings, store));
        } catch (StateFileException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private StateHeader header(Subject opened, DataScan scan) {
        return StateHeader.of(
                RunStore.KIND,
                RunStore.VERSION,
                opened.fingerprint(),
                OptionalLong.of(settings.seed()),
                Map.of(
                        RunStore.DATA,
                        scan.fingerprint(),
                        RunStore.WEIGHTS,
                        opened.weights(),
                        RunStore.SETTINGS,
                        settings.text()));
    }

    /** Collects what an evaluation needs. */
    public static final class Builder {

        private @Nullable Supplier<Subject> subject;
        private boolean gradients = true;
        private @Nullable EpsilonBall ball;
        private final List<Function<EpsilonBall, Attack>> attacks = new ArrayList<>();
        private @Nullable Function<EpsilonBall, Attack> curve;
        private @Nullable Function<EpsilonBall, Attack> blackBox;
        private double @Nullable [] epsilons;
        private int checklistExamples = CHECKLIST_EXAMPLES_DEFAULT;
        private int targets;
        private int batchSize = BATCH_SIZE_DEFAULT;
        private long seed;
        private @Nullable Progress progress;
        private @Nullable Path stateFile;

        private Builder() {}

        /**
         * Sets the model.
         *
         * @param model the model; its block returns logits. It stays owned by the caller
         * @return this builder
         */
        public Builder setModel(Model model) {
            return setBlock(model.getBlock());
        }

        /**
         * Sets the block, in place of a model.
         *
         * @param block returns logits {@code (batch, classes)}, or {@code (batch, 1)}; initialised
         * @return this builder
         */
        public Builder setBlock(Block block) {
            Objects.requireNonNull(block, "block");
            subject = () -> Subject.of(block);
            gradients = true;
            return this;
        }

        /**
         * Sets a scorer, in place of a model, for example one of another engine. Without gradients
         * most lines of the checklist are skipped.
         *
         * @param scorer the scorer; a {@link GradientScorer} if gradient attacks are to be run
         * @return this builder
         */
        public Builder setScorer(Scorer scorer) {
            Objects.requireNonNull(scorer, "scorer");
            subject = () -> Subject.of(scorer);
            gradients = scorer instanceof GradientScorer;
            return this;
        }

        /**
         * Sets where perturbed inputs may lie. Its radius is the one of the robust accuracy.
         *
         * @param ball the ball
         * @return this builder
         */
        public Builder setBall(EpsilonBall ball) {
            this.ball = Objects.requireNonNull(ball, "ball");
            return this;
        }

        /**
         * Adds an attack. Default: FGSM, PGD with 50 steps and 10 restarts, and {@link
         * AutoAttack#standard}; {@link Square} if the scorer has no gradients.
         *
         * @param attack makes the attack for a ball, such as {@code Fgsm::of}
         * @return this builder
         */
        public Builder addAttack(Function<EpsilonBall, Attack> attack) {
            attacks.add(Objects.requireNonNull(attack, "attack"));
            return this;
        }

        /**
         * Sets the attack of the curve. Default: PGD with 50 steps; {@link Square} with 1000
         * queries if the scorer has no gradients.
         *
         * @param attack makes the attack for a ball of any radius above 0
         * @return this builder
         */
        public Builder optCurveAttack(Function<EpsilonBall, Attack> attack) {
            curve = Objects.requireNonNull(attack, "attack");
            return this;
        }

        /**
         * Sets the attack of the checklist that uses no gradients. Default: {@link Square} with
         * 1000 queries.
         *
         * @param attack makes the attack for a ball
         * @return this builder
         */
        public Builder optBlackBoxAttack(Function<EpsilonBall, Attack> attack) {
            blackBox = Objects.requireNonNull(attack, "attack");
            return this;
        }

        /**
         * Sets the radii of the curve. Default: 0, a quarter, a half, one and two times the radius
         * of the ball, and one so large that accuracy must fall to 0.
         *
         * @param epsilons 0 or more; none for no curve
         * @return this builder
         * @throws IllegalArgumentException if one is negative or not finite
         */
        public Builder optEpsilons(double... epsilons) {
            for (double epsilon : epsilons) {
                if (!(epsilon >= 0) || Double.isInfinite(epsilon)) {
                    throw new IllegalArgumentException(
                            "The radii of the curve must be 0 or more and finite, but one was "
                                    + epsilon
                                    + ".");
                }
            }
            this.epsilons = Arrays.stream(epsilons).sorted().distinct().toArray();
            return this;
        }

        /**
         * Sets how many examples the checklist looks at, spread over those that are classified
         * correctly. Default: {@value #CHECKLIST_EXAMPLES_DEFAULT}. The cost is that of about 500
         * gradients and 1000 queries for each.
         *
         * @param examples 0 or more; 0 for no checklist
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder optChecklistExamples(int examples) {
            if (examples < 0) {
                throw new IllegalArgumentException(
                        "The number of examples for the checklist must be 0 or more, but was "
                                + examples
                                + ".");
            }
            checklistExamples = examples;
            return this;
        }

        /**
         * Sets how many target classes the targeted attacks among those added use, for the last
         * line of the checklist. Default: those of this library, which never use more than there
         * are.
         *
         * @param targets 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optTargets(int targets) {
            this.targets = Checks.atLeastOne(targets, "The number of targets");
            return this;
        }

        /**
         * Sets how many examples are attacked at once. Default: {@value #BATCH_SIZE_DEFAULT}.
         *
         * @param batchSize 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder optBatchSize(int batchSize) {
            this.batchSize = Checks.atLeastOne(batchSize, "The batch size");
            return this;
        }

        /**
         * Sets what decides the random choices of attacks made here. Default: 0.
         *
         * @param seed any number
         * @return this builder
         */
        public Builder optSeed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Sets what is told how far each run is.
         *
         * @param progress for instance a {@code ProgressBar}; by default nothing is reported
         * @return this builder
         */
        public Builder optProgress(Progress progress) {
            this.progress = Objects.requireNonNull(progress, "progress");
            return this;
        }

        /**
         * Sets a file that keeps what is done. It is written after each batch; if it exists, the
         * evaluation goes on from there. A file of another model, data set or evaluation is
         * refused. Settings of added attacks that don't show in their names are not compared.
         *
         * @param file the file; its folder must exist
         * @return this builder
         */
        public Builder optStateFile(Path file) {
            stateFile = Objects.requireNonNull(file, "file");
            return this;
        }

        /**
         * Makes the evaluator.
         *
         * @return the evaluator
         * @throws IllegalStateException if the model or the ball is not set
         * @throws IllegalArgumentException if two attacks have the same name, or one does not use
         *     the ball it is given
         */
        public RobustnessEvaluator build() {
            if (subject == null) {
                throw new IllegalStateException(
                        "An evaluation needs a model. Call setModel, setBlock or setScorer.");
            }
            if (ball == null) {
                throw new IllegalStateException(
                        "An evaluation needs to know how far an attacker may go. Call setBall.");
            }
            Function<EpsilonBall, Attack> guess = blackBox == null ? square(seed) : blackBox;
            Settings settings =
                    new Settings(
                            ball,
                            attacks(ball),
                            curve == null ? curve(guess) : curve,
                            guess,
                            epsilons,
                            checklistExamples,
                            targets,
                            batchSize,
                            seed,
                            progress,
                            stateFile);
            settings.checkFunctions();
            return new RobustnessEvaluator(subject, settings);
        }

        private static Function<EpsilonBall, Attack> square(long chosen) {
            return b ->
                    Square.builder()
                            .setBall(b)
                            .optQueries(QUERIES)
                            .optRescaledSchedule()
                            .optSeed(chosen)
                            .build();
        }

        private Function<EpsilonBall, Attack> curve(Function<EpsilonBall, Attack> guess) {
            long chosen = seed;
            return gradients
                    ? b -> Pgd.builder().setBall(b).optSteps(STEPS).optSeed(chosen).build()
                    : guess;
        }

        private List<Attack> attacks(EpsilonBall within) {
            List<Attack> made = new ArrayList<>();
            for (Function<EpsilonBall, Attack> attack : attacks.isEmpty() ? defaults() : attacks) {
                made.add(attack.apply(within));
            }
            Set<String> names = new HashSet<>();
            for (Attack attack : made) {
                Settings.within(within, attack);
                if (!names.add(attack.name())) {
                    throw new IllegalArgumentException(
                            "Two attacks are named "
                                    + attack.name()
                                    + ", so their figures could not be told apart. Give one another"
                                    + " name with optName.");
                }
            }
            return List.copyOf(made);
        }

        private List<Function<EpsilonBall, Attack>> defaults() {
            long chosen = seed;
            if (!gradients) {
                return List.of(b -> Square.builder().setBall(b).optSeed(chosen).build());
            }
            return List.of(
                    Fgsm::of,
                    b ->
                            Pgd.builder()
                                    .setBall(b)
                                    .optSteps(STEPS)
                                    .optRestarts(RESTARTS)
                                    .optSeed(chosen)
                                    .build(),
                    b -> AutoAttack.builder().setBall(b).optSeed(chosen).build());
        }
    }
}
