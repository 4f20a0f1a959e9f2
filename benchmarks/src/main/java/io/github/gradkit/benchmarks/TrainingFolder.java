package io.github.gradkit.benchmarks;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import io.github.gradkit.hyperopt.HyperTower;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;

/**
 * A folder that keeps a training of several hours from epoch to epoch.
 *
 * <p>The weights and the state of the optimizer are files of their epoch. The last thing that is
 * written is the file that names the epoch, so that a training killed at any time can go on.
 */
final class TrainingFolder {

    private static final String EPOCH = "epoch";
    private static final String SECONDS = "seconds";
    private static final String SETTINGS = "settings";

    private final Path folder;
    private final String settings;
    private int epoch;
    private double seconds;

    private TrainingFolder(Path folder, String settings) {
        this.folder = folder;
        this.settings = settings;
    }

    /**
     * Opens a folder, or makes it.
     *
     * @param settings must be those of the training that the folder holds, if it holds one
     */
    static TrainingFolder open(Path folder, String settings) throws IOException {
        Files.createDirectories(folder);
        TrainingFolder opened = new TrainingFolder(folder, settings);
        if (Files.exists(opened.done())) {
            opened.read();
        }
        return opened;
    }

    private void read() throws IOException {
        Properties known = new Properties();
        try (Reader reader = Files.newBufferedReader(done())) {
            known.load(reader);
        }
        String others = known.getProperty(SETTINGS, "");
        if (!others.equals(settings)) {
            throw new IOException(
                    String.format(
                            "%s holds a training with other settings (%s) than these (%s). Choose"
                                    + " another --work folder, or delete it.",
                            folder, others, settings));
        }
        epoch = Integer.parseInt(known.getProperty(EPOCH, "0"));
        seconds = Double.parseDouble(known.getProperty(SECONDS, "0"));
    }

    private Path done() {
        return folder.resolve("training.properties");
    }

    private Path weights(int number) {
        return folder.resolve("epoch-" + number + ".params");
    }

    private Path optimizer(int number) {
        return folder.resolve("epoch-" + number + ".optimizer");
    }

    /** Returns a file for something else that belongs to this training. */
    Path file(String name) {
        return folder.resolve(name);
    }

    /** Returns how many epochs are done. */
    int epoch() {
        return epoch;
    }

    /** Returns how long they took, over all runs of the program. */
    double seconds() {
        return seconds;
    }

    /** Goes on where the training was; does nothing if it has not begun. */
    void restore(Block block, HyperTower tower, NDManager manager)
            throws IOException, MalformedModelException {
        if (epoch == 0) {
            return;
        }
        try (DataInputStream in =
                new DataInputStream(
                        new BufferedInputStream(Files.newInputStream(weights(epoch))))) {
            block.loadParameters(manager, in);
        }
        tower.restore(optimizer(epoch), block);
    }

    /** Keeps an epoch and forgets the one before. */
    void save(double moreSeconds, Block block, HyperTower tower) throws IOException {
        int next = epoch + 1;
        tower.save(optimizer(next), block);
        try (DataOutputStream out =
                new DataOutputStream(
                        new BufferedOutputStream(Files.newOutputStream(weights(next))))) {
            block.saveParameters(out);
        }
        seconds += moreSeconds;
        Properties known = new Properties();
        known.setProperty(EPOCH, Integer.toString(next));
        known.setProperty(SECONDS, Double.toString(seconds));
        known.setProperty(SETTINGS, settings);
        Path temporary = folder.resolve("training.tmp");
        try (Writer writer = Files.newBufferedWriter(temporary)) {
            known.store(writer, null);
        }
        Files.move(
                temporary,
                done(),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        Files.deleteIfExists(weights(epoch));
        Files.deleteIfExists(optimizer(epoch));
        epoch = next;
    }
}
