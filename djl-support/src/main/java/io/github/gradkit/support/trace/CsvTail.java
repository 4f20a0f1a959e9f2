package io.github.gradkit.support.trace;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds where a trace that was written before can go on. */
final class CsvTail {

    private static final Logger LOG = LoggerFactory.getLogger(CsvTail.class);
    private static final int PIECE = 1 << 12;

    private CsvTail() {}

    /** Returns the length of the header and the whole lines; 0 if not even the header is whole. */
    static long wholeLength(Path path, RandomAccessFile file) throws IOException {
        long whole = hasHeader(path, file) ? afterLastLineFeed(file) : 0;
        long cut = file.length() - whole;
        if (cut > 0) {
            LOG.info("Trace file {}: removed {} bytes of an incomplete last line.", path, cut);
        }
        return whole;
    }

    private static boolean hasHeader(Path path, RandomAccessFile file) throws IOException {
        byte[] header = CsvTrace.HEADER;
        byte[] start = read(file, 0, (int) Math.min(header.length, file.length()));
        if (!Arrays.equals(start, Arrays.copyOf(header, start.length))) {
            throw new IllegalArgumentException(
                    "Trace file "
                            + path
                            + " begins with '"
                            + new String(start, StandardCharsets.UTF_8).strip()
                            + "' instead of the line '"
                            + new String(header, StandardCharsets.UTF_8).strip()
                            + "', so it is not a trace this class has written (a line feed ends"
                            + " each line). It was left as it is. Give another path, or use"
                            + " create to replace it.");
        }
        return start.length == header.length;
    }

    /** Series have no line breaks in their names, so every line feed ends a line. */
    private static long afterLastLineFeed(RandomAccessFile file) throws IOException {
        long end = file.length();
        while (end > CsvTrace.HEADER.length) {
            long from = Math.max(CsvTrace.HEADER.length, end - PIECE);
            byte[] piece = read(file, from, (int) (end - from));
            for (int i = piece.length - 1; i >= 0; i--) {
                if (piece[i] == '\n') {
                    return from + i + 1;
                }
            }
            end = from;
        }
        return CsvTrace.HEADER.length;
    }

    private static byte[] read(RandomAccessFile file, long from, int length) throws IOException {
        byte[] bytes = new byte[length];
        file.seek(from);
        file.readFully(bytes);
        return bytes;
    }
}
