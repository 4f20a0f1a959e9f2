package io.github.gradkit.examples.adacomp;

import io.github.gradkit.examples.cli.CommonOptions;
import io.github.gradkit.examples.cli.Results;
import io.github.gradkit.examples.data.DataSetName;
import io.github.gradkit.examples.data.ImageData;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains on several learners that send each other compressed gradients. */
@Command(
        name = AdaCompCommand.NAME,
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Trains on several learners that send each other compressed gradients.",
            "",
            "Trains one network with dense gradients and with each compressor, from the same"
                    + " start, and tells how right it is on test images and how many bytes a"
                    + " learner sent. By default for 20 epochs on digits, or else for 5.",
            ""
        })
public final class AdaCompCommand implements Callable<Integer> {

    static final String NAME = "adacomp";

    private static final int DIGITS_EPOCHS = 20;
    private static final int EPOCHS = 5;
    private static final int DIGITS_BATCH = 16;
    private static final int BATCH = 32;
    private static final int MOST_LEARNERS = 64;

    @Mixin private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--learners",
            paramLabel = "N",
            defaultValue = "4",
            description = "Learners, all in this process. Default: ${DEFAULT-VALUE}.")
    private int learners;

    @Option(
            names = "--optimizer",
            paramLabel = "NAME",
            defaultValue = "sgd",
            description =
                    "What updates the weights: ${COMPLETION-CANDIDATES}. Default:"
                            + " ${DEFAULT-VALUE}.")
    private OptimizerKind optimizer = OptimizerKind.SGD;

    @Option(
            names = "--compressor",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "adacomp,topk,strom,onebit",
            description =
                    "What to compare with dense gradients, one or more of:"
                            + " ${COMPLETION-CANDIDATES}. Of each layer, adacomp sends what is"
                            + " large in its bin, topk the largest 1 %%, strom what reaches a"
                            + " threshold, and onebit all signs. Default: ${DEFAULT-VALUE}.")
    private List<CompressorKind> compressors = List.of();

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "Images per step of each learner. Default: 16 of digits, or else 32.")
    private @Nullable Integer batchSize;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Use at most N training and N test images.")
    private @Nullable Integer limit;

    @Option(
            names = "--simulate-link",
            paramLabel = "RATE,LATENCY",
            description =
                    "Also tell how long a step would take over such a link, like 100mbit,1ms or"
                            + " 10gbit,50us. Computed, not waited for.")
    private @Nullable String link;

    /** Made by picocli. */
    public AdaCompCommand() {}

    @Override
    public Integer call() throws Exception {
        long start = System.nanoTime();
        Settings settings = settings();
        common.checkOutputs();
        ImageData data = common.loadData();
        if (limit != null) {
            data = data.limit(limit, settings.seed());
        }
        common.require(
                data.train().size() >= learners,
                "--learners "
                        + learners
                        + " is more than the training has images, "
                        + data.train().size()
                        + ". Each learner needs one: use fewer learners or a larger --limit.");
        Result result = train(settings, data);
        write(result, (System.nanoTime() - start) / 1e9);
        return 0;
    }

    private Result train(Settings settings, ImageData data) throws Exception {
        LearnerGroup group = new LearnerGroup(settings, data, common.progress());
        double computeMillis = group.computeMillis();
        List<Outcome> outcomes = new ArrayList<>();
        for (CompressorKind kind : settings.compressors()) {
            outcomes.add(group.train(kind, computeMillis));
        }
        return new Result(settings, data, outcomes);
    }

    private Settings settings() {
        common.check();
        boolean digits = common.dataset() == DataSetName.DIGITS;
        int size = batchSize == null ? (digits ? DIGITS_BATCH : BATCH) : batchSize;
        common.require(
                learners >= 1 && learners <= MOST_LEARNERS,
                "--learners must be from 1 to " + MOST_LEARNERS + ", got " + learners);
        common.require(size >= 1, "--batch-size must be at least 1, got " + size);
        common.require(limit == null || limit >= 1, "--limit must be at least 1, got " + limit);
        return new Settings(
                common.dataset(),
                common.seed(),
                learners,
                optimizer,
                Stream.concat(Stream.of(CompressorKind.DENSE), compressors.stream())
                        .distinct()
                        .toList(),
                common.epochsOr(digits ? DIGITS_EPOCHS : EPOCHS),
                size,
                link());
    }

    private @Nullable Link link() {
        if (link == null) {
            return null;
        }
        try {
            return Link.parse(link);
        } catch (IllegalArgumentException e) {
            common.require(false, "--simulate-link: " + e.getMessage());
            throw e;
        }
    }

    private void write(Result result, double seconds) throws IOException {
        PrintWriter out = common.out();
        ResultText.print(result, out);
        out.printf(Locale.ROOT, "%.1f s in all%n", seconds);
        Results.write(
                common,
                NAME,
                common.dataset().toString(),
                seconds,
                json -> ResultJson.addTo(json, result),
                () -> new ResultPage(result).build());
    }
}
