package io.github.gradkit.tracin;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.gradkit.support.model.ModelFingerprint;
import io.github.gradkit.support.model.ParameterPaths;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checkpoint files of one training. */
final class CheckpointFolder {

    private static final Logger logger = LoggerFactory.getLogger(CheckpointFolder.class);

    /**
     * Where a training starts to count.
     *
     * @param step the number of updates made before
     * @param epoch the number of epochs completed before
     */
    record Start(long step, int epoch) {}

    private final Path directory;
    private final int retention;
    private final Deque<Checkpoint> saved = new ArrayDeque<>();

    CheckpointFolder(Path directory, int retention) {
        this.directory = directory;
        this.retention = retention;
    }

    /** What was saved and is still kept, by step. */
    List<Checkpoint> checkpoints() {
        return List.copyOf(saved);
    }

    /**
     * Prepares the folder for a training that makes its first step next.
     *
     * @param block the model
     * @param append whether the folder may hold checkpoints of this training
     * @param resume where the program says that the training goes on, or {@code null} for the
     *     newest checkpoint
     * @return where to start to count
     */
    Start open(Block block, boolean append, @Nullable Start resume) {
        try {
            saved.clear();
            Files.createDirectories(directory);
            List<Checkpoint> present = Checkpoint.listIfAny(directory);
            if (!present.isEmpty()) {
                requireSameTraining(present, append, ModelFingerprint.of(block));
                saved.addAll(present);
            }
            return start(block, resume);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The checkpoint folder " + directory + " can't be used: " + e.getMessage(), e);
        }
    }

    private Start start(Block block, @Nullable Start resume) throws IOException {
        if (resume == null) {
            return saved.isEmpty() ? new Start(0, 0) : goOnFrom(saved.getLast(), block);
        }
        for (Checkpoint checkpoint : saved) {
            if (checkpoint.step() == resume.step()) {
                requireSameWeights(block, checkpoint);
            }
        }
        dropAfter(resume.step());
        return resume;
    }

    private Start goOnFrom(Checkpoint last, Block block) throws IOException {
        requireSameWeights(block, last);
        return new Start(last.step(), last.epoch());
    }

    private void requireSameTraining(List<Checkpoint> present, boolean append, String fingerprint) {
        if (!append) {
            throw new IllegalStateException(
                    directory
                            + " already holds "
                            + present.size()
                            + " checkpoints of an earlier training; mixing two trainings would give"
                            + " meaningless scores. Use an empty folder, or optAppend(true) to go"
                            + " on with that training");
        }
        Checkpoint last = present.get(present.size() - 1);
        if (!last.fingerprint().equals(fingerprint)) {
            throw new IllegalStateException(
                    directory
                            + " holds checkpoints of another model (fingerprint "
                            + last.fingerprint()
                            + ", this model has "
                            + fingerprint
                            + "): use another folder");
        }
    }

    /** Deletes what a training that goes back to a step will make again. */
    private void dropAfter(long step) throws IOException {
        while (!saved.isEmpty() && saved.getLast().step() > step) {
            Files.deleteIfExists(saved.getLast().file());
            logger.info("deleted {}, since the training goes on at step {}", saved.getLast(), step);
            saved.removeLast();
        }
    }

    private void requireSameWeights(Block block, Checkpoint expected) throws IOException {
        Optional<String> other = firstDifference(block, expected);
        if (other.isPresent()) {
            throw new IllegalStateException(
                    "The training is to go on from the checkpoint of step "
                            + expected.step()
                            + " in "
                            + directory
                            + ", but the weights of the model are "
                            + others(block)
                            + " (parameter '"
                            + other.get()
                            + "' differs). All steps to come would be counted from the wrong one,"
                            + " and TracIn's scores be wrong. Load the weights of step "
                            + expected.step()
                            + " into the model, say with optResumeAt which step its weights are of"
                            + " (later checkpoints are deleted then), or use another folder");
        }
    }

    private String others(Block block) throws IOException {
        for (Checkpoint checkpoint : saved) {
            if (firstDifference(block, checkpoint).isEmpty()) {
                return "those of step " + checkpoint.step() + ", epoch " + checkpoint.epoch();
            }
        }
        return "not those";
    }

    /** The path of a trained parameter that is not as it was saved; statistics do not count. */
    private static Optional<String> firstDifference(Block block, Checkpoint checkpoint)
            throws IOException {
        Map<String, Parameter> parameters = ParameterPaths.of(block);
        NDManager owner = parameters.values().iterator().next().getArray().getManager();
        try (NDManager scope = owner.newSubManager()) {
            Map<String, NDArray> arrays = checkpoint.load(scope);
            return parameters.keySet().stream()
                    .filter(checkpoint.trainable()::contains)
                    .filter(path -> !isSame(parameters.get(path), arrays.get(path), scope))
                    .findFirst();
        }
    }

    private static boolean isSame(
            @Nullable Parameter parameter, @Nullable NDArray array, NDManager scope) {
        if (parameter == null || array == null) {
            return false;
        }
        NDArray here = array.toDevice(parameter.getArray().getDevice(), false);
        here.attach(scope);
        return parameter.getArray().contentEquals(here);
    }

    /** Tells whether the newest checkpoint is that of a step. */
    boolean endsWith(long step) {
        return !saved.isEmpty() && saved.getLast().step() == step;
    }

    /**
     * Saves the model, and deletes the oldest checkpoints if there are too many.
     *
     * @param block the model
     * @param instead arrays to save instead of the model's, by path
     * @param step the number of updates made
     * @param epoch the number of epochs completed
     * @param rate the learning rate in force
     * @param seed the seed of the training, if known
     */
    void save(
            Block block,
            Map<String, NDArray> instead,
            long step,
            int epoch,
            double rate,
            OptionalLong seed) {
        String name = String.format(Locale.ROOT, "checkpoint-%010d%s", step, Checkpoint.EXTENSION);
        Path file = directory.resolve(name);
        try {
            saved.addLast(Checkpoint.write(file, block, instead, step, epoch, rate, seed));
            logger.debug("saved checkpoint {} at step {}, learning rate {}", file, step, rate);
        } catch (IOException e) {
            throw notSaved(step, e);
        }
        while (saved.size() > retention) {
            delete(saved.removeFirst().file());
        }
    }

    private UncheckedIOException notSaved(long step, IOException e) {
        return new UncheckedIOException(
                "The checkpoint of step "
                        + step
                        + " can't be saved to "
                        + directory
                        + " ("
                        + e.getMessage()
                        + "). The "
                        + saved.size()
                        + " checkpoints saved before are intact; free some space or choose"
                        + " another folder",
                e);
    }

    /** A file too many does no harm to the training, so it is not ended. */
    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            logger.warn(
                    "The old checkpoint {} can't be deleted ({}). Delete it before an analysis, or"
                            + " it counts in all scores.",
                    file,
                    e.getMessage());
        }
    }
}
