package io.github.gradkit.examples.cli;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.UUID;

/** Files with results. */
public final class OutputFile {

    private OutputFile() {}

    /**
     * Makes sure that a file can be written; missing folders are created.
     *
     * @param file the file; it is left as it is
     * @param option the option that named it, for the message
     * @throws IOException if the file can't be written, with the reason
     */
    public static void probe(Path file, String option) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(option + " " + file + " can't be written: it is a folder");
        }
        if (isDevice(file)) {
            requireWritable(file, option);
            return;
        }
        try {
            Path temporary = temporaryBeside(file);
            Files.createFile(temporary);
            Files.delete(temporary);
        } catch (IOException e) {
            throw new IOException(
                    option
                            + " "
                            + file
                            + " can't be written: "
                            + reason(e)
                            + "; choose another file",
                    e);
        }
    }

    /** Does not open it: the reader of a pipe would take closing it for the end of the results. */
    private static void requireWritable(Path device, String option) throws IOException {
        if (!Files.isWritable(device)) {
            throw new IOException(
                    option
                            + " "
                            + device
                            + " can't be written: you have no right to; choose another file");
        }
    }

    /**
     * Writes a file so that readers see the old content or the new one, never a part. A device or a
     * pipe, such as {@code /dev/null}, is written to as it is.
     *
     * @param file the file to write or replace
     * @param text the content, written in UTF-8
     * @throws IOException if the file can't be written; an old file is then left as it was
     */
    public static void write(Path file, String text) throws IOException {
        if (isDevice(file)) {
            Files.writeString(file, text, StandardOpenOption.WRITE);
            return;
        }
        // A link is followed, so that the file it points to is replaced and not the link.
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        Path temporary = temporaryBeside(target);
        try {
            Files.writeString(temporary, text);
            move(temporary, target);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Whether there is no file to replace. */
    private static boolean isDevice(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
    }

    private static Path temporaryBeside(Path file) throws IOException {
        Path folder = Objects.requireNonNullElse(file.toAbsolutePath().getParent(), file);
        Files.createDirectories(folder);
        return folder.resolve(".gradkit-" + UUID.randomUUID() + ".tmp");
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, ATOMIC_MOVE, REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, REPLACE_EXISTING);
        }
    }

    private static String reason(IOException e) {
        if (e instanceof FileAlreadyExistsException exists) {
            return exists.getFile() + " is a file, not a folder";
        }
        return e.getClass().getSimpleName() + " " + e.getMessage();
    }
}
