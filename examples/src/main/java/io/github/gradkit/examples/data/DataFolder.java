package io.github.gradkit.examples.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** A folder of the user with the files of a data set, plain or compressed with gzip. */
final class DataFolder {

    private static final int GZIP_MAGIC = 0x1f8b;

    private DataFolder() {}

    static void check(Path folder, String content) throws IOException {
        if (!Files.exists(folder)) {
            throw new NoSuchFileException(
                    folder.toString(),
                    null,
                    "there is no such folder; give --data-dir a folder with " + content);
        }
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder + " is not a folder");
        }
    }

    /** Finds a file that may have any of some names. */
    static Path find(Path folder, String... names) throws IOException {
        List<String> all = Stream.of(names).flatMap(name -> Stream.of(name, name + ".gz")).toList();
        return all.stream()
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(
                        () ->
                                new NoSuchFileException(
                                        folder.toString(),
                                        null,
                                        "there is no " + all.get(0) + " or " + all.get(1)));
    }

    /** Decompresses a stream if it is compressed; throws as {@link GZIPInputStream} does. */
    static InputStream unzipped(InputStream raw) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(raw);
        buffered.mark(2);
        boolean gzip = ((buffered.read() << 8) | buffered.read()) == GZIP_MAGIC;
        buffered.reset();
        return gzip ? new GZIPInputStream(buffered) : buffered;
    }
}
