package io.github.gradkit.examples.cli;

import ai.djl.util.Progress;
import io.github.gradkit.examples.data.DataSetName;
import io.github.gradkit.examples.data.ImageData;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that all commands have. */
public final class CommonOptions {

    private static final String OFFLINE = "ai.djl.offline";
    private static final String THREADS = "ai.djl.pytorch.num_threads";

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec command;

    @Option(
            names = "--dataset",
            paramLabel = "NAME",
            defaultValue = "digits",
            description =
                    "Data set: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE} (embedded).")
    private DataSetName dataset = DataSetName.DIGITS;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description =
                    "Folder with the data, plain or .gz: for mnist and fashion-mnist IDX files"
                            + " (train-images-idx3-ubyte and so on), for cifar10 the binary version"
                            + " (data_batch_1.bin and so on). Default: download with DJL and"
                            + " cache.")
    private @Nullable Path dataDir;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "42",
            description = "Decides every random choice. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "Passes over the training examples. Default: depends on the model.")
    private @Nullable Integer epochs;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description =
                    "HTML report. Default: gradkit-${COMMAND-NAME}-report.html in this folder.")
    private @Nullable Path report;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Also write all figures to this JSON file.")
    private @Nullable Path json;

    @Option(names = "--quiet", description = "Print nothing but warnings and errors.")
    private boolean quiet;

    @Option(names = "--debug", description = "Show the stack trace of an error.")
    @SuppressWarnings(
            "unused") // Errors looks for it by name, also when the options are not complete
    private boolean debug;

    /**
     * Refuses values that make no sense together.
     *
     * @throws ParameterException if the command is used wrongly
     */
    public void check() {
        checkOutputNames();
        require(
                dataDir == null || !dataset.isEmbedded(),
                "--data-dir needs another --dataset: " + dataset + " is embedded");
    }

    /**
     * Refuses values that make no sense together, for a command that works on a text.
     *
     * @param option what asked for a text
     * @return the folder with the text
     * @throws ParameterException if the command is used wrongly
     */
    public Path checkText(String option) {
        checkOutputNames();
        require(
                !command.commandLine().getParseResult().hasMatchedOption("--dataset"),
                option + " trains on a text, so --dataset " + dataset + " makes no sense with it");
        if (dataDir == null) {
            throw new ParameterException(
                    command.commandLine(),
                    option + " needs --data-dir DIR, a folder with a text (*.txt)");
        }
        setUnlessGiven(OFFLINE, "true");
        return dataDir;
    }

    /**
     * Refuses values that make no sense together, for a command that brings its own data.
     *
     * @param reason why options about data make no sense
     * @throws ParameterException if the command is used wrongly
     */
    public void checkWithoutData(String reason) {
        checkWithoutDataset(reason);
        refuse("--epochs", reason);
    }

    /**
     * Refuses values that make no sense together, for a command that trains on its own data.
     *
     * @param reason why options about data sets make no sense
     * @throws ParameterException if the command is used wrongly
     */
    public void checkWithoutDataset(String reason) {
        checkOutputNames();
        refuse("--dataset", reason);
        refuse("--data-dir", reason);
        setUnlessGiven(OFFLINE, "true");
    }

    private void refuse(String option, String reason) {
        require(
                !command.commandLine().getParseResult().hasMatchedOption(option),
                option + " makes no sense here: " + reason);
    }

    private void checkOutputNames() {
        require(epochs == null || epochs >= 1, "--epochs must be at least 1, got " + epochs);
        requireDifferent(json, "--json", report(), "--report");
    }

    /**
     * Refuses a further file that the command writes if it is that of the report or the figures,
     * since one would replace the other.
     *
     * @param file the further file
     * @param option the option that named it, for the message
     * @throws ParameterException if the command is used wrongly
     */
    public void requireOtherThanOutputs(Path file, String option) {
        requireDifferent(json, "--json", file, option);
        requireDifferent(report(), "--report", file, option);
    }

    private void requireDifferent(
            @Nullable Path one, String oneOption, Path other, String otherOption) {
        require(
                one == null || !normal(one).equals(normal(other)),
                oneOption + " and " + otherOption + " must be different files, both are " + one);
    }

    /**
     * Refuses a wrong use of the command.
     *
     * @param condition what must hold
     * @param message the rule and the offending value
     * @throws ParameterException if the condition does not hold
     */
    public void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(command.commandLine(), message);
        }
    }

    private static void setUnlessGiven(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    private static Path normal(Path path) {
        return path.toAbsolutePath().normalize();
    }

    /**
     * Returns the data set.
     *
     * @return its name
     */
    public DataSetName dataset() {
        return dataset;
    }

    /**
     * Loads the data set.
     *
     * @return the images
     * @throws IOException if they are missing or damaged
     */
    public ImageData loadData() throws IOException {
        boolean download = !dataset.isEmbedded() && dataDir == null;
        setUnlessGiven(OFFLINE, Boolean.toString(!download));
        if (dataset.isEmbedded()) {
            useOneThread();
        }
        return dataset.load(dataDir, seed);
    }

    /** Lets the engine use one thread, since on small arrays several would wait for each other. */
    public void useOneThread() {
        useThreads(1);
    }

    /**
     * Lets the engine use some threads, if it does not run yet.
     *
     * @param count 1 or more
     */
    public void useThreads(int count) {
        setUnlessGiven(THREADS, Integer.toString(count));
    }

    /**
     * Returns the seed.
     *
     * @return the seed of every random choice
     */
    public long seed() {
        return seed;
    }

    /**
     * Returns a seed for the engine, which takes fewer bits.
     *
     * @param seed any seed
     * @return one that no other seed of up to nine digits has, be it negative
     */
    public static int engineSeed(long seed) {
        return (int) (seed + 31 * (seed >>> Integer.SIZE));
    }

    /**
     * Returns the number of epochs.
     *
     * @param defaultEpochs the number if none was given
     * @return at least 1
     */
    public int epochsOr(int defaultEpochs) {
        return epochs == null ? defaultEpochs : epochs;
    }

    /**
     * Returns where to write the report.
     *
     * @return the file
     */
    public Path report() {
        return report == null ? Path.of("gradkit-" + command.name() + "-report.html") : report;
    }

    /**
     * Returns where to write the figures.
     *
     * @return the file, or {@code null} if they are not wanted
     */
    public @Nullable Path json() {
        return json;
    }

    /**
     * Makes sure that the results can be written, before hours are spent on them.
     *
     * @throws IOException if a file can't be written
     */
    public void checkOutputs() throws IOException {
        OutputFile.probe(report(), "--report");
        if (json != null) {
            OutputFile.probe(json, "--json");
        }
    }

    /**
     * Returns where to print results.
     *
     * @return the output of the command, or a void with {@code --quiet}
     */
    public PrintWriter out() {
        return quiet ? new PrintWriter(Writer.nullWriter()) : command.commandLine().getOut();
    }

    /**
     * Returns where to report progress.
     *
     * @return a bar on a terminal, or else nothing
     */
    public Progress progress() {
        return !quiet && TerminalProgress.hasTerminal() ? new TerminalProgress() : new NoProgress();
    }

    /** Shows nothing. */
    private static final class NoProgress implements Progress {

        @Override
        public void reset(String message, long max, @Nullable String trailingMessage) {}

        @Override
        public void start(long initialProgress) {}

        @Override
        public void end() {}

        @Override
        public void increment(long increment) {}

        @Override
        public void update(long progress, @Nullable String message) {}
    }
}
