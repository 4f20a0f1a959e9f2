package io.github.gradkit.support.state;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Everything in front of the data: what it says, and its bytes.
 *
 * <p>The bytes are 8 bytes of length (little-endian), then JSON, padded with spaces to a multiple
 * of 8. The JSON always begins with the checksum of the header itself, so that it sits at a fixed
 * place and can be taken for zeros while the checksum is computed. Both checksums have a fixed
 * width, so that they can be filled in once the data is written.
 *
 * @param header the header object
 * @param entries the arrays, in the order of their data, without gaps
 * @param dataCrc the checksum of the data as text
 */
record FileLayout(StateHeader header, List<TensorEntry> entries, String dataCrc) {

    /** The safetensors format allows no longer header. */
    static final int MAX_JSON_BYTES = 100_000_000;

    static final int LENGTH_BYTES = 8;

    /** What every state file has after the 8 bytes of length. */
    static final String START = "{\"__metadata__\":{\"gradkit.header.crc32c\":\"";

    private static final int CRC_OFFSET = LENGTH_BYTES + START.length();

    /** Returns the number of data bytes. */
    long dataBytes() {
        return entries.isEmpty() ? 0 : entries.get(entries.size() - 1).end();
    }

    /** Returns the bytes of this layout, both checksums included. */
    byte[] toBytes() {
        byte[] json = LayoutJson.write(this).getBytes(StandardCharsets.UTF_8);
        int padded = (json.length + 7) / 8 * 8;
        if (padded > MAX_JSON_BYTES) {
            throw new IllegalArgumentException(
                    "The header would take "
                            + padded
                            + " bytes, but the format allows only "
                            + MAX_JSON_BYTES
                            + ". Store fewer or shorter names and properties.");
        }
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH_BYTES + padded);
        bytes.order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(json);
        while (bytes.hasRemaining()) {
            bytes.put((byte) ' ');
        }
        putCrc(bytes.array(), crc(bytes.array()));
        return bytes.array();
    }

    /** Returns the checksum of the bytes of a layout, its own digits taken for zeros. */
    static String crc(byte[] bytes) {
        byte[] blank = bytes.clone();
        putCrc(blank, Crc.UNKNOWN);
        CRC32C crc = new CRC32C();
        crc.update(blank);
        return Crc.text(crc);
    }

    /** Returns the checksum written in the bytes of a layout. */
    static String writtenCrc(byte[] bytes) {
        return new String(bytes, CRC_OFFSET, Crc.UNKNOWN.length(), StandardCharsets.ISO_8859_1);
    }

    /** Tells whether the bytes begin as those of every state file do. */
    static boolean startsRight(byte[] bytes) {
        byte[] start = START.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length < CRC_OFFSET + Crc.UNKNOWN.length()) {
            return false;
        }
        return ByteBuffer.wrap(bytes, LENGTH_BYTES, start.length).equals(ByteBuffer.wrap(start));
    }

    private static void putCrc(byte[] bytes, String crc) {
        byte[] digits = crc.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, bytes, CRC_OFFSET, digits.length);
    }
}
