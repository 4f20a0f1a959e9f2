package io.github.gradkit.adm.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How a JPEG file asks viewers to turn it: the tag of its Exif segment, which Java's reader passes
 * over. The reader's metadata are no help, as it refuses to make them of some files that it reads.
 */
final class ExifOrientation {

    /** Rows from top to bottom, columns from left to right. */
    static final int UPRIGHT = 1;

    private static final int LAST = 8;
    private static final int TAG = 0x0112;
    private static final int SHORT = 3;
    private static final int ENTRY_BYTES = 12;

    private static final int START_OF_IMAGE = 0xffd8;
    private static final int START_OF_SCAN = 0xffda;
    private static final int EXIF_SEGMENT = 0xffe1;
    private static final int LEAST_SEGMENT = 0xffc0;
    private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

    private ExifOrientation() {}

    /** Returns the orientation, 1 to 8; upright if the file tells none that makes sense. */
    static int of(Path file) throws IOException {
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            if (in.readUnsignedShort() != START_OF_IMAGE) {
                return UPRIGHT;
            }
            for (int marker = in.readUnsignedShort();
                    marker >= LEAST_SEGMENT && marker != START_OF_SCAN;
                    marker = in.readUnsignedShort()) {
                byte[] segment = new byte[Math.max(0, in.readUnsignedShort() - 2)];
                in.readFully(segment);
                if (marker == EXIF_SEGMENT && startsWithExif(segment)) {
                    return ofSegment(
                            ByteBuffer.wrap(segment, EXIF.length, segment.length - EXIF.length)
                                    .slice());
                }
            }
            return UPRIGHT;
        } catch (EOFException e) {
            // Whether the file is whole is for those to say who read its pixels.
            return UPRIGHT;
        }
    }

    private static boolean startsWithExif(byte[] segment) {
        return segment.length >= EXIF.length
                && ByteBuffer.wrap(segment, 0, EXIF.length).equals(ByteBuffer.wrap(EXIF));
    }

    /** Looks through the first directory of a segment, which has the form of a TIFF file. */
    private static int ofSegment(ByteBuffer tiff) {
        try {
            tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            int directory = tiff.getInt(4);
            int entries = Short.toUnsignedInt(tiff.getShort(directory));
            for (int i = 0; i < entries; i++) {
                int entry = directory + 2 + i * ENTRY_BYTES;
                if (tiff.getShort(entry) == TAG && tiff.getShort(entry + 2) == SHORT) {
                    int orientation = tiff.getShort(entry + 8);
                    return orientation >= UPRIGHT && orientation <= LAST ? orientation : UPRIGHT;
                }
            }
        } catch (IndexOutOfBoundsException e) {
            // A segment that is cut off is as good as none.
            return UPRIGHT;
        }
        return UPRIGHT;
    }
}
