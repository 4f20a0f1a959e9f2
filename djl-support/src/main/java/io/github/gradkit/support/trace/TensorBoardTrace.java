package io.github.gradkit.support.trace;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;

/**
 * Writes points to an event file that TensorBoard shows as scalars.
 *
 * <p>A series like {@code level1/alpha} becomes the chart {@code alpha} in the group {@code
 * level1}. TensorBoard keeps scalars as 32-bit floats: values are rounded to 7 digits, and finite
 * ones beyond about 3.4e38 become infinite. Where exact values matter, write a {@link CsvTrace}
 * too.
 *
 * <p>A point takes about 40 bytes and those of the name. Up to 8 kB of points wait in memory and
 * reach the file together. {@link #flush()} forces them to the disk, which takes some milliseconds:
 * call it once an epoch rather than once a step. If the disk is full, recording fails with an
 * {@link java.io.UncheckedIOException}; the points that wait are written by the next call that
 * finds room.
 *
 * <p>Give each training a folder of its own. A training that is resumed goes on in the same folder
 * with another trace, whose new file TensorBoard reads after the older ones.
 */
public final class TensorBoardTrace implements TraceSink {

    private final SinkGate gate;
    private final RecordFile file;
    private final Clock clock;

    private TensorBoardTrace(Path path, RecordFile file, Clock clock) {
        this.gate = new SinkGate("TensorBoard trace of " + path);
        this.file = file;
        this.clock = clock;
    }

    /**
     * Starts a new event file in a folder; no file is ever replaced.
     *
     * @param logDirectory the folder to give to TensorBoard, on the default file system; created if
     *     missing
     * @return the trace, to be closed by the caller
     * @throws java.io.UncheckedIOException if the file cannot be written
     */
    public static TensorBoardTrace create(Path logDirectory) {
        return create(logDirectory, Clock.systemUTC());
    }

    static TensorBoardTrace create(Path logDirectory, Clock clock) {
        Path path = logDirectory;
        try {
            if (!Files.isDirectory(logDirectory)) {
                Files.createDirectories(logDirectory);
            }
            path = newFile(logDirectory, clock);
            return new TensorBoardTrace(path, open(path, clock), clock);
        } catch (IOException e) {
            throw RecordFile.cannotOpen(path, e);
        }
    }

    /** The number at the end tells files of the same second apart and keeps them in order. */
    private static Path newFile(Path folder, Clock clock) throws IOException {
        String name =
                String.format(
                        Locale.ROOT,
                        "events.out.tfevents.%010d.%s.%d.",
                        clock.instant().getEpochSecond(),
                        hostName(),
                        ProcessHandle.current().pid());
        for (int number = 0; ; number++) {
            try {
                return Files.createFile(folder.resolve(name + number));
            } catch (FileAlreadyExistsException e) {
                // The next number may be free.
            }
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // A machine without an entry for its own name still writes traces.
            return "localhost";
        }
    }

    private static RecordFile open(Path path, Clock clock) throws IOException {
        RandomAccessFile file = RecordFile.open(path);
        try {
            RecordFile records = new RecordFile(path, file, 0);
            records.writeHead(RecordFrame.around(EventProto.fileVersion(seconds(clock))));
            return records;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static double seconds(Clock clock) {
        return clock.millis() / 1e3;
    }

    @Override
    public synchronized void record(String series, long step, double value) {
        gate.check(series, step);
        byte[] event = EventProto.scalar(seconds(clock), step, series, (float) value);
        file.append(RecordFrame.around(event));
    }

    @Override
    public synchronized void flush() {
        if (gate.isOpen()) {
            file.flush();
        }
    }

    @Override
    public synchronized void close() {
        if (gate.close()) {
            file.close();
        }
    }
}
