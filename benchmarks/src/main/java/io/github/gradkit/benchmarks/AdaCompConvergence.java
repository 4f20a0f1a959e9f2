package io.github.gradkit.benchmarks;

import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.github.gradkit.adacomp.compress.AdaComp;
import io.github.gradkit.adacomp.compress.Compressor;
import io.github.gradkit.adacomp.compress.Dense;
import io.github.gradkit.adacomp.compress.LayerKind;
import io.github.gradkit.adacomp.compress.ScaleRule;
import io.github.gradkit.examples.data.DataSetName;
import io.github.gradkit.examples.data.ImageData;
import io.github.gradkit.examples.data.ImageSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Accuracy and rates of AdaComp beside dense gradients, for several networks, optimizers and
 * numbers of learners.
 *
 * <p>Every training is one line of the record. Started again, it makes only those that are missing.
 */
@Command(
        name = "adacomp-convergence",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Trains with AdaComp and with dense gradients, and compares.")
public final class AdaCompConvergence implements Callable<Integer> {

    /** The networks. */
    enum Network {
        /** 784-128-10 on MNIST. */
        MLP,
        /** Convolutions and linear layers on MNIST. */
        CNN,
        /** The same on CIFAR-10. */
        CIFAR
    }

    /** The optimizers. */
    enum Rule {
        /** Gradient descent with momentum 0.9. */
        SGD,
        /** Adam. */
        ADAM
    }

    @Option(names = "--mnist-dir", description = "folder with the IDX files of MNIST")
    private @Nullable Path mnistDir;

    @Option(names = "--cifar-dir", description = "folder with the binary files of CIFAR-10")
    private @Nullable Path cifarDir;

    @Option(
            names = "--record",
            description = "what was trained already (default: ${DEFAULT-VALUE})")
    private Path record = Path.of("adacomp-convergence.txt");

    @Option(
            names = "--networks",
            split = ",",
            description = "${COMPLETION-CANDIDATES} (default: MLP,CNN,CIFAR)")
    private List<Network> networks = List.of(Network.values());

    @Option(names = "--rules", split = ",", description = "SGD, ADAM (default: both)")
    private List<Rule> rules = List.of(Rule.values());

    @Option(names = "--learners", split = ",", description = "default: 1,4,8,16")
    private List<Integer> learners = new ArrayList<>(List.of(1, 4, 8, 16));

    @Option(names = "--seeds", description = "trainings of each (default: ${DEFAULT-VALUE})")
    private int seeds = 3;

    @Option(names = "--batch", description = "examples per step of all learners (default: 128)")
    private int batch = 128;

    @Option(names = "--epochs", description = "of MNIST (default: ${DEFAULT-VALUE})")
    private int epochs = 3;

    @Option(names = "--cifar-epochs", description = "of CIFAR-10 (default: ${DEFAULT-VALUE})")
    private int cifarEpochs = 10;

    @Option(names = "--limit", description = "training images of MNIST (default: all)")
    private int limit = Integer.MAX_VALUE;

    @Option(names = "--convolution-bin", description = "default: ${DEFAULT-VALUE}")
    private int convolutionBin = AdaComp.CONVOLUTION_BIN_DEFAULT;

    @Option(names = "--linear-bin", description = "default: ${DEFAULT-VALUE}")
    private int linearBin = AdaComp.BIN_DEFAULT;

    @Option(names = "--sgd-rate", description = "default: ${DEFAULT-VALUE}")
    private float sgdRate = 0.05f;

    @Option(names = "--adam-rate", description = "default: ${DEFAULT-VALUE}")
    private float adamRate = 1e-3f;

    @Option(
            names = "--dense-learners",
            split = ",",
            description =
                    "numbers of learners with dense gradients; the others are compared with the"
                            + " first (default: those of --learners)")
    private List<Integer> denseLearners = new ArrayList<>();

    @Option(names = "--dense-steps", description = "at the start (default: ${DEFAULT-VALUE})")
    private long denseSteps;

    @Option(
            names = "--soft-threshold",
            description = "how often the newest gradient counts (default: ${DEFAULT-VALUE})")
    private double softThreshold = AdaComp.SOFT_THRESHOLD_DEFAULT;

    @Option(names = "--bins-per-scale", description = "default: all of a layer")
    private int binsPerScale = Integer.MAX_VALUE;

    @Option(
            names = "--scale-rule",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private ScaleRule scaleRule = ScaleRule.MEAN_OF_BINS;

    private final Map<String, Row> rows = new HashMap<>();

    /** One training as it is recorded. */
    private record Row(double accuracy, double convolutions, double linear, double inBytes) {

        static Row parse(String text) {
            String[] parts = text.strip().split(" +", -1);
            return new Row(
                    Double.parseDouble(parts[0]),
                    Double.parseDouble(parts[1]),
                    Double.parseDouble(parts[2]),
                    Double.parseDouble(parts[3]));
        }

        String text() {
            return String.format(
                    Locale.ROOT, "%.4f %.2f %.2f %.2f", accuracy, convolutions, linear, inBytes);
        }
    }

    /**
     * Runs the benchmark.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(
                new CommandLine(new AdaCompConvergence())
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .execute(args));
    }

    /** Trains what is missing and prints the table. */
    @Override
    public Integer call() throws Exception {
        if (Files.exists(record)) {
            for (String line : Files.readAllLines(record)) {
                int colon = line.indexOf(':');
                rows.put(line.substring(0, colon), Row.parse(line.substring(colon + 1)));
            }
        }
        // Seed by seed, so that an unfinished table has a figure everywhere.
        for (int seed = 0; seed < seeds; seed++) {
            for (Network network : networks) {
                ImageData data = data(network);
                for (Rule rule : rules) {
                    for (int count : learners) {
                        if (isDense(count)) {
                            train(network, data, rule, count, seed, false);
                        }
                        train(network, data, rule, count, seed, true);
                    }
                }
            }
        }
        print();
        return 0;
    }

    private boolean isDense(int count) {
        return denseLearners.isEmpty() || denseLearners.contains(count);
    }

    private ImageData data(Network network) throws IOException {
        if (network == Network.CIFAR) {
            return DataSetName.CIFAR10.load(cifarDir, 0);
        }
        ImageData all = DataSetName.MNIST.load(mnistDir, 0);
        ImageSet train = all.train();
        int count = Math.min(limit, train.size());
        return new ImageData(train.select(IntStream.range(0, count).toArray()), all.test());
    }

    private String key(Network network, Rule rule, int count, int seed, boolean compressed) {
        return String.format(
                Locale.ROOT,
                "%s %s N=%d seed=%d epochs=%d batch=%d limit=%d %s",
                network,
                rule,
                count,
                seed,
                epochs(network),
                batch,
                limit,
                settings(rule) + (compressed ? compression() : "dense"));
    }

    /** What is as usual is left out, so that old records stay true. */
    private String settings(Rule rule) {
        float rate = rule == Rule.SGD ? sgdRate : adamRate;
        return rate == (rule == Rule.SGD ? 0.05f : 1e-3f) ? "" : "rate=" + rate + " ";
    }

    private String compression() {
        String bins = "adacomp " + convolutionBin + " " + linearBin;
        String signature = adaComp().signature();
        return signature.equals(bins().build().signature()) ? bins : bins + " " + signature;
    }

    private int epochs(Network network) {
        return network == Network.CIFAR ? cifarEpochs : epochs;
    }

    private void train(
            Network network, ImageData data, Rule rule, int count, int seed, boolean compressed)
            throws Exception {
        String key = key(network, rule, count, seed, compressed);
        if (rows.containsKey(key)) {
            return;
        }
        long start = System.nanoTime();
        LearnerTraining.Outcome outcome =
                new LearnerTraining(
                                data,
                                () -> block(network),
                                () -> optimizer(rule),
                                compressed ? adaComp() : new Dense(),
                                count,
                                batch,
                                epochs(network),
                                seed)
                        .run();
        Row row =
                new Row(
                        outcome.accuracy(),
                        outcome.traffic().convolutions(),
                        outcome.traffic().linear(),
                        outcome.traffic().inBytes());
        rows.put(key, row);
        Files.writeString(
                record,
                key + ": " + row.text() + "\n",
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        System.err.printf(
                Locale.ROOT,
                "%s: %s, %.1f s%n",
                key,
                row.text(),
                (System.nanoTime() - start) / 1e9);
    }

    private Compressor adaComp() {
        return bins().optDenseSteps(denseSteps)
                .optSoftThreshold(softThreshold)
                .optBinsPerScale(binsPerScale)
                .optScaleRule(scaleRule)
                .build();
    }

    private AdaComp.Builder bins() {
        return AdaComp.builder()
                .optBinLength(LayerKind.CONVOLUTION, convolutionBin)
                .optBinLength(LayerKind.FULLY_CONNECTED, linearBin);
    }

    private static Block block(Network network) {
        return switch (network) {
            case MLP ->
                    new SequentialBlock()
                            .add(Blocks.batchFlattenBlock())
                            .add(BenchmarkModels.mlp().get());
            case CNN -> BenchmarkModels.strided(16);
            case CIFAR -> BenchmarkModels.strided(32);
        };
    }

    private Optimizer optimizer(Rule rule) {
        return rule == Rule.SGD
                ? Optimizer.sgd()
                        .setLearningRateTracker(Tracker.fixed(sgdRate))
                        .optMomentum(0.9f)
                        .build()
                : Optimizer.adam().optLearningRateTracker(Tracker.fixed(adamRate)).build();
    }

    private void print() {
        System.out.printf(
                Locale.ROOT,
                "bins of %d (convolutions) and %d (linear), batch %d in all%n%n",
                convolutionBin,
                linearBin,
                batch);
        System.out.println(
                "| network | optimizer | learners | dense | AdaComp | difference"
                        + " | rate, convolutions | rate, linear | rate in bytes |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        for (Network network : networks) {
            for (Rule rule : rules) {
                learners.forEach(count -> print(network, rule, count));
            }
        }
    }

    private void print(Network network, Rule rule, int count) {
        List<Row> dense = new ArrayList<>();
        List<Row> sparse = new ArrayList<>();
        for (int seed = 0; seed < seeds; seed++) {
            dense.add(
                    rows.get(
                            key(
                                    network,
                                    rule,
                                    isDense(count) ? count : denseLearners.get(0),
                                    seed,
                                    false)));
            sparse.add(rows.get(key(network, rule, count, seed, true)));
        }
        double before = 100 * dense.stream().mapToDouble(Row::accuracy).average().orElseThrow();
        double after = 100 * sparse.stream().mapToDouble(Row::accuracy).average().orElseThrow();
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %d | %.2f | %.2f | %+.2f | %.0f | %.0f | %.0f |%n",
                network,
                rule,
                count,
                before,
                after,
                after - before,
                sparse.stream().mapToDouble(Row::convolutions).average().orElseThrow(),
                sparse.stream().mapToDouble(Row::linear).average().orElseThrow(),
                sparse.stream().mapToDouble(Row::inBytes).average().orElseThrow());
    }
}
