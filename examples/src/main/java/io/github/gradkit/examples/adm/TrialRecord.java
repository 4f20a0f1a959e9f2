package io.github.gradkit.examples.adm;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.gradkit.examples.cli.CommandException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The trainings that are done, kept in a file, so that a run that was ended goes on from there.
 *
 * <p>Each line is one training, in JSON. Lines of other images or settings stay as they are and are
 * not used, and so does a line that was cut off when a run was killed. So files of several runs can
 * be put into one.
 */
final class TrialRecord {

    /** Scores of images without any label are no numbers. */
    private static final Gson GSON =
            new GsonBuilder().serializeSpecialFloatingPointValues().create();

    /** What a line begins with, also one that was cut off. */
    private static final String BEGIN = "{\"key\":{";

    private final @Nullable Path file;
    private final Map<Key, Trial> trials = new HashMap<>();
    private int taken;

    /**
     * What a training depends on.
     *
     * @param images stands for all images, scribbles and masks
     * @param cuts how graph cuts are used, null for methods without
     */
    record Key(
            String images,
            int labels,
            int pretrainEpochs,
            int epochs,
            int crop,
            long seed,
            Method method,
            double lambda,
            Settings.@Nullable Cuts cuts) {}

    private record Line(Key key, Trial trial) {

        boolean isWhole() {
            return key != null && trial != null && trial.method() == key.method;
        }
    }

    private TrialRecord(@Nullable Path file) {
        this.file = file;
    }

    /**
     * Reads a record.
     *
     * @param file the file, which need not exist; null to keep nothing
     * @throws IOException if the file can't be read
     * @throws CommandException if the file is something else
     */
    static TrialRecord open(@Nullable Path file) throws IOException, CommandException {
        TrialRecord record = new TrialRecord(file);
        if (file != null && Files.exists(file)) {
            if (!Files.isWritable(file)) {
                throw new CommandException(
                        "--record "
                                + file
                                + " may not be written to. Change its rights, or copy it and give"
                                + " the copy.");
            }
            // What is no text must not fail here, but below.
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
            for (String line : lines) {
                parsed(line).ifPresent(known -> record.trials.put(known.key, known.trial));
            }
            if (!lines.isEmpty() && lines.stream().noneMatch(line -> line.startsWith(BEGIN))) {
                throw new CommandException(
                        file
                                + " holds no training, so it is not written to: give another file"
                                + " to --record, or delete this one if it is of no use.");
            }
        }
        return record;
    }

    private static Optional<Line> parsed(String line) {
        try {
            return Optional.ofNullable(GSON.fromJson(line, Line.class)).filter(Line::isWhole);
        } catch (RuntimeException e) {
            // Gson has no exception of its own for values that the constructor of a record refuses.
            return Optional.empty();
        }
    }

    /**
     * Returns a training that need not be made again.
     *
     * @param shown how many labellings it must have
     */
    Optional<Trial> find(Key key, int shown) {
        Optional<Trial> known =
                Optional.ofNullable(trials.get(key))
                        .filter(trial -> trial.labellings().size() >= shown);
        known.ifPresent(trial -> taken++);
        return known;
    }

    /** Tells whether there is a file, without which nothing is found or added. */
    boolean isKept() {
        return file != null;
    }

    /** Tells how many trainings were found. */
    int taken() {
        return taken;
    }

    /**
     * Adds a training.
     *
     * @throws IOException if it can't be written; what was written before stays
     */
    void add(Key key, Trial trial) throws IOException {
        if (file != null) {
            String start = isCutOff(file) ? "\n" : "";
            Files.writeString(
                    file,
                    start + GSON.toJson(new Line(key, trial)) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }

    /** Whether the last line has no end. */
    private static boolean isCutOff(Path file) throws IOException {
        if (!Files.exists(file) || Files.size(file) == 0) {
            return false;
        }
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
            bytes.seek(bytes.length() - 1);
            return bytes.read() != '\n';
        }
    }
}
