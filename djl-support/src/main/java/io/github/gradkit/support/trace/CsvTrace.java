package io.github.gradkit.support.trace;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Writes points to a CSV file, one line each: {@code step,series,value}.
 *
 * <p>The file is UTF-8 with line feeds. Names of series are quoted after RFC 4180 where they must
 * be. Values are written as {@link Double#toString(double)} does, so that they are read back
 * exactly; besides numbers there are {@code NaN}, {@code Infinity} and {@code -Infinity}.
 *
 * <p>A point takes the bytes of its line, about 40. Up to 8 kB of lines wait in memory and reach
 * the file together, in whole lines. {@link #flush()} forces them to the disk, which takes some
 * milliseconds: call it once an epoch rather than once a step. A process that is killed loses the
 * lines that wait. If the disk is full, recording fails with an {@link
 * java.io.UncheckedIOException}; the lines that wait are written by the next call that finds room.
 *
 * <p>Only one trace may write to a file at a time.
 */
public final class CsvTrace implements TraceSink {

    static final byte[] HEADER = "step,series,value\n".getBytes(StandardCharsets.US_ASCII);

    private final SinkGate gate;
    private final RecordFile file;

    private CsvTrace(Path path, RecordFile file) {
        this.gate = new SinkGate("CSV trace of " + path);
        this.file = file;
    }

    /**
     * Starts a file; one that is there already is replaced.
     *
     * @param path the file, on the default file system; missing folders are created
     * @return the trace, to be closed by the caller
     * @throws java.io.UncheckedIOException if the file cannot be written
     */
    public static CsvTrace create(Path path) {
        return open(path, file -> 0);
    }

    /**
     * Goes on with a file, for example after a training was resumed; a missing one is started.
     *
     * <p>If the last line is incomplete, because the process that wrote it was killed or the disk
     * was full, that line is removed. Steps that the training repeats after its last checkpoint are
     * then in the file twice; the later line is the one that counts.
     *
     * @param path the file, on the default file system; missing folders are created
     * @return the trace, to be closed by the caller
     * @throws IllegalArgumentException if the file begins with another header; it is left as it was
     * @throws java.io.UncheckedIOException if the file cannot be read or written
     */
    public static CsvTrace append(Path path) {
        return open(path, file -> CsvTail.wholeLength(path, file));
    }

    private static CsvTrace open(Path path, Kept kept) {
        RandomAccessFile file;
        try {
            file = RecordFile.open(path);
        } catch (IOException e) {
            throw RecordFile.cannotOpen(path, e);
        }
        try {
            return open(path, file, kept.length(file));
        } catch (IOException e) {
            closeAfter(e, file);
            throw RecordFile.cannotOpen(path, e);
        } catch (RuntimeException e) {
            closeAfter(e, file);
            throw e;
        }
    }

    /** Goes on after some bytes of a file, which the trace owns once this method returned. */
    static CsvTrace open(Path path, RandomAccessFile file, long length) throws IOException {
        RecordFile records = new RecordFile(path, file, length);
        if (length == 0) {
            records.writeHead(HEADER);
        }
        return new CsvTrace(path, records);
    }

    private static void closeAfter(Exception failure, RandomAccessFile file) {
        try {
            file.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public synchronized void record(String series, long step, double value) {
        gate.check(series, step);
        String line = step + "," + quoted(series) + "," + value + "\n";
        file.append(line.getBytes(StandardCharsets.UTF_8));
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

    private static String quoted(String series) {
        // Blanks at the ends belong to the name, but many readers drop them if not quoted.
        boolean plain =
                series.indexOf(',') < 0
                        && series.indexOf('"') < 0
                        && series.strip().length() == series.length();
        return plain ? series : '"' + series.replace("\"", "\"\"") + '"';
    }

    /** Decides how many bytes of a file stay. */
    private interface Kept {
        long length(RandomAccessFile file) throws IOException;
    }
}
