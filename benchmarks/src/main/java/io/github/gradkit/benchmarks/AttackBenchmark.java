package io.github.gradkit.benchmarks;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Norm;
import io.github.gradkit.advtrain.attack.Pgd;
import io.github.gradkit.advtrain.train.AdversarialDataset;
import io.github.gradkit.advtrain.train.FreeTraining;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Attacks and adversarial training against the bare passes through the model that they can't do
 * without.
 *
 * <p>Each figure is the median over the rounds of a time by that of its floor in the same round.
 */
@Command(name = "attack", description = "Attacks and adversarial training against bare passes")
public final class AttackBenchmark implements Runnable {

    private static final double[] COMPACTION_EPSILONS = {0.02, 0.035, 0.05};

    @Option(names = "--batch", description = "examples in a batch (default: ${DEFAULT-VALUE})")
    private int batch = 128;

    @Option(names = "--rounds", description = "rounds, whose median counts (default: 15)")
    private int rounds = 15;

    @Option(
            names = "--steps",
            split = ",",
            description = "numbers of steps of an attack (default: 10,40)")
    private List<Integer> steps = new ArrayList<>(List.of(10, 40));

    @Option(names = "--norms", split = ",", description = "norms of attacks (default: LINF,L2,L1)")
    private List<Norm> norms = new ArrayList<>(List.of(Norm.LINF, Norm.L2, Norm.L1));

    @Option(
            names = "--clock",
            description =
                    "wall, or cpu, which is steadier on a busy machine (default: ${DEFAULT-VALUE})")
    private Paired.Clock clock = Paired.Clock.WALL;

    @Option(names = "--replays", description = "m of free training (default: ${DEFAULT-VALUE})")
    private int replays = 4;

    /**
     * Runs the benchmark.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(
                new CommandLine(new AttackBenchmark())
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .execute(args));
    }

    /** Prints the tables. */
    @Override
    public void run() {
        System.out.printf(
                "CNN 28x28, batch %d, median of %d rounds, %s time%n", batch, rounds, clock);
        try (AttackSetting setting = new AttackSetting(BenchmarkModels.cnn(), input())) {
            System.out.printf("%nPGD-k over k bare forward and input-gradient passes%n");
            for (Norm norm : norms) {
                for (int k : steps) {
                    attack(setting, norm, k);
                }
            }
            compaction(setting);
        }
        System.out.printf("%nTraining%n");
        for (int k : steps) {
            training(
                    "PGD-AT-" + k + " over " + (k + 1) + " plain steps",
                    k + 1,
                    1,
                    (data, model) -> pgdTraining(data, model, k));
        }
        training(
                "gradient by the inputs, over plain steps",
                replays,
                replays,
                (data, model) -> new InputGradients(data));
        training(
                "Free-" + replays + " over plain steps",
                replays,
                replays,
                (data, model) -> freeTraining(data));
        System.out.printf("%npeak resident memory: %s%n", PeakMemory.describe());
    }

    private Shape input() {
        return new Shape(batch, 1, 28, 28);
    }

    private static EpsilonBall ball(Norm norm) {
        double epsilon =
                switch (norm) {
                    case LINF -> 0.3;
                    case L2 -> 2;
                    case L1 -> 10;
                };
        return EpsilonBall.of(norm, epsilon).within(0, 1);
    }

    private void attack(AttackSetting setting, Norm norm, int k) {
        Pgd pgd = Pgd.builder().setBall(ball(norm)).optSteps(k).optEarlyStop(false).build();
        String name = norm.toString().toLowerCase(Locale.ROOT) + " PGD-" + k;
        row(
                name + ", training",
                Paired.of(
                        clock,
                        rounds,
                        () -> setting.barePasses(k),
                        () -> setting.adversarial(pgd)));
        row(
                name + ", evaluation",
                Paired.of(clock, rounds, () -> setting.barePasses(k), () -> setting.perturb(pgd)));
    }

    /** The more examples break, and the earlier, the less is left to do. */
    private void compaction(AttackSetting setting) {
        System.out.printf("%nPGD-40x10 that lets broken examples go over one that does not%n");
        for (double epsilon : COMPACTION_EPSILONS) {
            Pgd.Builder pgd =
                    Pgd.builder()
                            .setBall(EpsilonBall.linf(epsilon).within(0, 1))
                            .optSteps(40)
                            .optRestarts(10);
            Pgd all = pgd.optEarlyStop(false).build();
            Pgd standing = pgd.optEarlyStop(true).build();
            double broken = setting.perturb(standing);
            row(
                    String.format(
                            Locale.ROOT, "epsilon %.3f, %.0f %% break", epsilon, 100 * broken),
                    Paired.of(
                            clock,
                            Math.max(1, rounds / 5),
                            () -> setting.perturb(all),
                            () -> setting.perturb(standing)));
        }
    }

    private static Dataset pgdTraining(Dataset data, Model model, int k) {
        return AdversarialDataset.builder()
                .setDataset(data)
                .setModel(model)
                .setAttack(Pgd.builder().setBall(ball(Norm.LINF)).optSteps(k).build())
                .build();
    }

    private Dataset freeTraining(Dataset data) {
        return FreeTraining.builder()
                .setDataset(data)
                .setBall(ball(Norm.LINF))
                .optReplays(replays)
                .build();
    }

    private void training(
            String name, int plainSteps, int steps, BiFunction<Dataset, Model, Dataset> wrapping) {
        try (TrainingRun plain = new TrainingRun(BenchmarkModels.cnn(), input(), sgd());
                TrainingRun attacked =
                        new TrainingRun(BenchmarkModels.cnn(), input(), sgd(), wrapping)) {
            row(
                    name,
                    Paired.of(
                            clock,
                            rounds,
                            () -> plain.steps(plainSteps),
                            () -> attacked.steps(steps)));
        }
    }

    private static Optimizer sgd() {
        return Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.01f)).build();
    }

    private static void row(String name, Paired paired) {
        System.out.printf(
                Locale.ROOT,
                "  %-40s %9.1f ms   floor %9.1f ms   %6.3f x%n",
                name,
                paired.time(),
                paired.floor(),
                paired.ratio());
    }
}
