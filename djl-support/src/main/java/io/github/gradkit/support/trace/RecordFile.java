package io.github.gradkit.support.trace;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Appends records to a file, always whole ones, through a small buffer.
 *
 * <p>Not a FileChannel: an interrupt of the training thread would close that for good.
 */
final class RecordFile {

    private static final int BUFFER_BYTES = 1 << 13;

    private final Path path;
    private final RandomAccessFile file;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(BUFFER_BYTES);
    private long length;
    private long kept;
    private int waiting;
    private boolean closing;

    /**
     * Goes on with an open file.
     *
     * @param path the name of the file, for messages
     * @param file the file, owned by the new object
     * @param length the number of bytes to go on after; what lies behind is cut off
     */
    RecordFile(Path path, RandomAccessFile file, long length) throws IOException {
        this.path = path;
        this.file = file;
        this.length = length;
        file.setLength(length);
    }

    /** Opens a file for reading and writing, creating it and its folders if missing. */
    static RandomAccessFile open(Path path) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        // A link to a folder is one too, but createDirectories would refuse it.
        if (folder != null && !Files.isDirectory(folder)) {
            Files.createDirectories(folder);
        }
        if (Files.isDirectory(path)) {
            throw new IOException("It is a folder");
        }
        return new RandomAccessFile(path.toFile(), "rw");
    }

    static UncheckedIOException cannotOpen(Path path, IOException cause) {
        return new UncheckedIOException(
                "Trace file "
                        + path
                        + " cannot be opened: "
                        + cause
                        + ". No point was recorded. Give the path of a file in a folder that may be"
                        + " written to.",
                cause);
    }

    /** Writes what stands before the records, at once, so that the file is never without it. */
    void writeHead(byte[] head) throws IOException {
        file.seek(length);
        file.write(head, 0, head.length);
        length += head.length;
    }

    void append(byte[] record) {
        if (buffer.size() + record.length > BUFFER_BYTES) {
            // Before the record is taken: if the disk is full, the buffer must not grow.
            write();
        }
        buffer.writeBytes(record);
        waiting++;
    }

    /** Writes what waits and forces it to the disk. */
    void flush() {
        write();
        try {
            file.getFD().sync();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Flushes and closes; the file is closed even if flushing fails. */
    void close() {
        closing = true;
        RuntimeException failure = null;
        try {
            flush();
        } catch (UncheckedIOException e) {
            failure = e;
        }
        try {
            file.close();
        } catch (IOException e) {
            if (failure == null) {
                throw failed(e);
            }
            failure.addSuppressed(e);
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void write() {
        if (waiting == 0) {
            return;
        }
        try {
            file.seek(length);
            file.write(buffer.toByteArray(), 0, buffer.size());
        } catch (IOException e) {
            cutBack(e);
            throw failed(e);
        }
        length += buffer.size();
        kept += waiting;
        waiting = 0;
        buffer.reset();
    }

    /** Removes the beginning of a record that found no room; a later write starts at its place. */
    private void cutBack(IOException failure) {
        try {
            file.setLength(length);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private UncheckedIOException failed(IOException cause) {
        String fate =
                closing
                        ? " are lost. Make room on the disk before going on with another trace."
                        : " wait in memory. Make room on the disk, then flush or go on recording;"
                                + " closing the trace before would lose them.";
        return new UncheckedIOException(
                "Trace file "
                        + path
                        + " could not be written: "
                        + cause
                        + ". Points in the file: "
                        + kept
                        + ". The "
                        + waiting
                        + " points recorded last"
                        + fate,
                cause);
    }
}
