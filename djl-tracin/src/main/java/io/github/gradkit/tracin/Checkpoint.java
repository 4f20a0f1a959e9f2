package io.github.gradkit.tracin;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.gradkit.support.model.ModelFingerprint;
import io.github.gradkit.support.model.ParameterPaths;
import io.github.gradkit.support.state.StateFile;
import io.github.gradkit.support.state.StateFileException;
import io.github.gradkit.support.state.StateHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A saved moment of a training: all weights of the model and the learning rate in force.
 *
 * <p>The weights stay in the file until an analysis loads them. Usually written by a {@link
 * CheckpointListener}; a hand-written training loop calls {@link #write}.
 *
 * @param file the file, in safetensors format
 * @param step the number of optimizer updates made before the checkpoint, at least 0
 * @param epoch the number of epochs completed before the checkpoint, at least 0
 * @param learningRate the step size in force, finite and at least 0; it weights the checkpoint's
 *     share of each score
 * @param seed the seed of the training, if one was given
 * @param fingerprint identifies the architecture of the model
 * @param trainable the paths of the parameters that were trained; the others do not count
 */
public record Checkpoint(
        Path file,
        long step,
        int epoch,
        double learningRate,
        OptionalLong seed,
        String fingerprint,
        Set<String> trainable) {

    static final String EXTENSION = ".safetensors";
    private static final String KIND = "tracin-checkpoint";
    private static final int VERSION = 1;

    /**
     * Checks the values.
     *
     * @param file the file
     * @param step the number of updates, at least 0
     * @param epoch the number of epochs, at least 0
     * @param learningRate the step size, finite and at least 0
     * @param seed the seed, if known
     * @param fingerprint identifies the architecture
     * @param trainable the paths of the trained parameters
     * @throws IllegalArgumentException if step or epoch is negative, or the learning rate is
     *     negative or not finite
     */
    public Checkpoint {
        Objects.requireNonNull(file, "file");
        trainable = Set.copyOf(trainable);
        if (step < 0 || epoch < 0) {
            throw new IllegalArgumentException(
                    "Step and epoch must be >= 0, got step " + step + " and epoch " + epoch);
        }
        requireLearningRate(learningRate);
    }

    /**
     * Returns the same checkpoint with another learning rate.
     *
     * @param rate the rate to weight this checkpoint with, finite and at least 0
     * @return the changed checkpoint; the file stays as it is
     */
    public Checkpoint withLearningRate(double rate) {
        return new Checkpoint(file, step, epoch, rate, seed, fingerprint, trainable);
    }

    /**
     * Finds the checkpoints in a folder.
     *
     * @param directory the folder that a {@link CheckpointListener} wrote to
     * @return the checkpoints, by step; never empty
     * @throws IOException if the folder can't be read, holds no checkpoint, or holds a damaged one
     */
    public static List<Checkpoint> list(Path directory) throws IOException {
        List<Checkpoint> checkpoints = listIfAny(directory);
        if (checkpoints.isEmpty()) {
            throw new NoSuchFileException(
                    directory.toString(),
                    null,
                    "holds no TracIn checkpoint (*"
                            + EXTENSION
                            + "): train with a CheckpointListener that writes there, and check that"
                            + " its schedule came due");
        }
        return checkpoints;
    }

    static List<Checkpoint> listIfAny(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<Path> files;
        try (Stream<Path> entries = Files.list(directory)) {
            files = entries.filter(f -> f.getFileName().toString().endsWith(EXTENSION)).toList();
        }
        List<Checkpoint> checkpoints = new ArrayList<>();
        for (Path file : files) {
            checkpoints.add(open(file));
        }
        checkpoints.sort(Comparator.comparingLong(Checkpoint::step));
        return checkpoints;
    }

    /**
     * Reads what a checkpoint file says of itself, without its weights.
     *
     * @param file the file
     * @return the checkpoint
     * @throws IOException if the file is missing, damaged, or not a TracIn checkpoint
     */
    public static Checkpoint open(Path file) throws IOException {
        StateHeader header = StateFile.readHeader(file);
        header.require(file, KIND, VERSION);
        Map<String, String> facts = header.properties();
        try {
            return new Checkpoint(
                    file,
                    Long.parseLong(fact(file, facts, "step")),
                    Integer.parseInt(fact(file, facts, "epoch")),
                    Double.parseDouble(fact(file, facts, "learningRate")),
                    header.seed(),
                    header.fingerprint(),
                    fact(file, facts, "trainable").lines().collect(Collectors.toSet()));
        } catch (IllegalArgumentException e) {
            throw new StateFileException(
                    file + " has a checkpoint header that can't be understood: " + e.getMessage(),
                    e);
        }
    }

    /**
     * Saves the present weights of a model as a checkpoint.
     *
     * <p>The file is complete or not there at all, also when the process is killed meanwhile.
     *
     * @param file the file to write or replace; its folder must exist
     * @param block the model, initialised; it is only read
     * @param step the number of updates made so far
     * @param epoch the number of epochs completed so far
     * @param learningRate the step size in force
     * @param seed the seed of the training, if known
     * @return the checkpoint
     * @throws IOException if the file can't be written, for instance because the disk is full
     */
    public static Checkpoint write(
            Path file, Block block, long step, int epoch, double learningRate, OptionalLong seed)
            throws IOException {
        return write(file, block, Map.of(), step, epoch, learningRate, seed);
    }

    /** Saves a model with other arrays for some of its paths. */
    static Checkpoint write(
            Path file,
            Block block,
            Map<String, NDArray> instead,
            long step,
            int epoch,
            double learningRate,
            OptionalLong seed)
            throws IOException {
        requireLearningRate(learningRate);
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        Set<String> trainable = new LinkedHashSet<>();
        for (Map.Entry<String, Parameter> entry : ParameterPaths.of(block).entrySet()) {
            arrays.put(entry.getKey(), entry.getValue().getArray());
            if (entry.getValue().requiresGradient()) {
                trainable.add(entry.getKey());
            }
        }
        arrays.putAll(instead);
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("step", Long.toString(step));
        facts.put("epoch", Integer.toString(epoch));
        facts.put("learningRate", Double.toString(learningRate));
        facts.put("trainable", String.join("\n", trainable));
        String fingerprint = ModelFingerprint.of(block);
        StateHeader header = StateHeader.of(KIND, VERSION, fingerprint, seed, facts);
        StateFile.write(file, header, arrays);
        return new Checkpoint(file, step, epoch, learningRate, seed, fingerprint, trainable);
    }

    /**
     * Loads the weights.
     *
     * @param manager receives the arrays
     * @return the weights by parameter path, attached to {@code manager}
     * @throws IOException if the file is missing or damaged
     */
    Map<String, NDArray> load(NDManager manager) throws IOException {
        StateFile state = StateFile.read(file, manager);
        state.header().require(file, KIND, VERSION, fingerprint);
        return state.arrays();
    }

    private static String fact(Path file, Map<String, String> facts, String name)
            throws StateFileException {
        String value = facts.get(name);
        if (value == null) {
            throw new StateFileException(
                    file
                            + " lacks '"
                            + name
                            + "' in its header: it was not written as a checkpoint");
        }
        return value;
    }

    private static void requireLearningRate(double rate) {
        if (!(rate >= 0) || Double.isInfinite(rate)) {
            throw new IllegalArgumentException(
                    "The learning rate of a checkpoint must be finite and >= 0, got "
                            + rate
                            + ": it weights the checkpoint in every score");
        }
    }
}
