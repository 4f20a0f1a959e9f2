package io.github.gradkit.support.state;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * Replaces a file in one step: other name, force to disk, rename, force the folder.
 *
 * <p>The rename must come after the file is on the disk, or a power cut could leave the new name on
 * an empty file; and the folder must be forced, or the rename itself could be lost.
 */
final class AtomicReplace {

    private AtomicReplace() {}

    /** Fills a file. */
    interface Filling {
        void fill(FileChannel channel) throws IOException;
    }

    static void run(Path file, Filling filling) throws StateFileException {
        Path target = file.toAbsolutePath();
        Path folder = target.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw StateFileException.of(
                    file, "Its folder does not exist. Create the folder first.");
        }
        if (Files.isDirectory(target)) {
            throw StateFileException.of(file, "It is a folder. Give the path of a file.");
        }
        // A name of fixed length: one made from the target's could become too long for the disk.
        Path temporary = folder.resolve(".gradkit-" + UUID.randomUUID() + ".tmp");
        try {
            Uninterrupted.run(
                    () -> {
                        fill(temporary, filling);
                        return temporary;
                    });
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            delete(temporary, e);
            throw StateFileException.of(
                    file,
                    "It could not be written: "
                            + e
                            + ". Check the space on the disk and the rights on the folder. A"
                            + " file that had this name before was not damaged.",
                    e);
        } catch (RuntimeException | Error e) {
            delete(temporary, e);
            throw e;
        }
        forceFolder(file, folder);
    }

    private static void fill(Path temporary, Filling filling) throws IOException {
        // Truncated, since an interrupt makes it begin again.
        try (FileChannel channel = FileChannel.open(temporary, CREATE, TRUNCATE_EXISTING, WRITE)) {
            filling.fill(channel);
            channel.force(true);
        }
    }

    private static void forceFolder(Path file, Path folder) throws StateFileException {
        try {
            Uninterrupted.run(() -> forced(folder));
        } catch (IOException e) {
            throw StateFileException.of(
                    file,
                    "It is written, but the disk did not confirm its name: "
                            + e
                            + ". A power cut could bring the older file back. Check the disk.",
                    e);
        }
    }

    /** Returns false on Windows, which opens no folders; the file system looks after the rename. */
    private static boolean forced(Path folder) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(folder, READ);
        } catch (IOException e) {
            return false;
        }
        try (channel) {
            channel.force(true);
            return true;
        }
    }

    private static void delete(Path temporary, Throwable failure) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
