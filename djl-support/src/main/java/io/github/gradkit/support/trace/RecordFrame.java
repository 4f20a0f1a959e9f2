package io.github.gradkit.support.trace;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** The frame that TensorFlow puts around each record: length, its checksum, data, its checksum. */
final class RecordFrame {

    private static final int MASK = 0xa282ead8;

    private RecordFrame() {}

    static byte[] around(byte[] data) {
        ByteBuffer frame =
                ByteBuffer.allocate(data.length + 16)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(data.length);
        frame.putInt(maskedCrc(frame.array(), 8)).put(data).putInt(maskedCrc(data, data.length));
        return frame.array();
    }

    /** The checksum is masked, since one over bytes that hold a checksum themselves is weak. */
    private static int maskedCrc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
    }
}
