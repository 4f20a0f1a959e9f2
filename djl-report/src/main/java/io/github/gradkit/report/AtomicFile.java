package io.github.gradkit.report;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Writes a text file so that readers never see a part of it. */
final class AtomicFile {

    private AtomicFile() {}

    static void write(Path file, String text) throws IOException {
        try {
            if (Files.isDirectory(file)) {
                throw new IOException("it is a folder");
            }
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                // A device or a pipe, such as /dev/null: there is no file to replace.
                Files.write(file, bytes, WRITE);
                return;
            }
            // A link is followed, so that the file it points to is replaced and not the link.
            replace(Files.exists(file) ? file.toRealPath() : file.toAbsolutePath(), bytes);
        } catch (IOException | UnsupportedOperationException | SecurityException e) {
            throw new IOException(
                    "cannot write the report to "
                            + file
                            + ": "
                            + reason(e)
                            + "; choose a file in a folder which can be written to",
                    e);
        }
    }

    private static void replace(Path target, byte[] bytes) throws IOException {
        Path folder = target.getParent();
        if (folder == null) {
            throw new IOException("it is the root of a file system");
        }
        Files.createDirectories(folder);
        // Not Files.createTempFile: the file would be readable by its owner alone.
        Path temporary = folder.resolve(".report-" + UUID.randomUUID() + ".tmp");
        try {
            fill(temporary, bytes);
            move(temporary, target);
        } catch (IOException | RuntimeException e) {
            deleteAfter(e, temporary);
            throw e;
        }
    }

    /** Onto the disk before the move, or a power cut could leave the name on an empty file. */
    private static void fill(Path temporary, byte[] bytes) throws IOException {
        // In one write, as each is forced. A FileChannel would fail in an interrupted thread.
        try (OutputStream out = Files.newOutputStream(temporary, CREATE_NEW, WRITE, SYNC)) {
            out.write(bytes);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            // Some file systems ignore the wish for an atomic move, and then refuse to replace.
            Files.move(from, to, ATOMIC_MOVE, REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, REPLACE_EXISTING);
        }
    }

    private static void deleteAfter(Exception cause, Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException | RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    private static String reason(Exception e) {
        String kind = e.getClass() == IOException.class ? "" : e.getClass().getSimpleName() + " ";
        return kind + (e.getMessage() == null ? "" : e.getMessage());
    }
}
