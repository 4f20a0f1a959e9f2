package io.github.gradkit.adacomp.wire;

import io.github.gradkit.adacomp.compress.LayerSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What is around every message: the four letters, the version and the group at the start, and the
 * checksum at the end.
 *
 * @param group the first 8 bytes of a hash, little-endian, equal for learners that may talk
 */
record Envelope(long group) {

    /** The bytes around the message. */
    static final int BYTES = 4 + 1 + 8 + 4;

    private static final byte[] MAGIC = {'A', 'D', 'A', 'C'};
    private static final byte VERSION = 1;

    static Envelope of(String fingerprint, List<LayerSpec> layers) {
        StringBuilder text = new StringBuilder(fingerprint);
        for (LayerSpec layer : layers) {
            text.append('\n').append(layer.path()).append(' ').append(layer.kind().name());
            text.append(' ').append(layer.size());
        }
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return new Envelope(ByteBuffer.wrap(hash).order(ByteOrder.LITTLE_ENDIAN).getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256, but not this.", e);
        }
    }

    void open(ByteBuffer out) {
        out.put(MAGIC).put(VERSION).putLong(group);
    }

    /** Puts the checksum over everything before it. */
    void close(ByteBuffer out) {
        out.putInt(crc(out, out.position()));
    }

    /**
     * Checks what is around a message.
     *
     * @return the message, little-endian
     */
    ByteBuffer unwrap(ByteBuffer bytes) {
        ByteBuffer in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (in.limit() < BYTES) {
            throw new MessageException(
                    "A message has at least "
                            + BYTES
                            + " bytes, but this has "
                            + in.limit()
                            + ". It was cut off on its way, or something else talks here.");
        }
        requireMagic(in);
        requireVersion(in.get());
        requireGroup(in.getLong());
        int end = in.limit() - Integer.BYTES;
        requireChecksum(in.getInt(end), crc(in, end));
        return in.limit(end);
    }

    private static int crc(ByteBuffer bytes, int end) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().position(0).limit(end));
        return (int) crc.getValue();
    }

    private static void requireMagic(ByteBuffer in) {
        byte[] magic = new byte[MAGIC.length];
        in.get(magic);
        if (!MessageDigest.isEqual(magic, MAGIC)) {
            throw new MessageException(
                    "A message begins with 41444143, but this with "
                            + HexFormat.of().formatHex(magic)
                            + ". Something other than a learner talks here: check the addresses.");
        }
    }

    private static void requireVersion(byte version) {
        if (version != VERSION) {
            throw new MessageException(
                    "The message has version "
                            + Byte.toUnsignedInt(version)
                            + ", but this learner only reads version "
                            + VERSION
                            + ". Use the same release on all learners.");
        }
    }

    private void requireGroup(long seen) {
        if (seen != group) {
            throw new MessageException(
                    String.format(
                            "The message is from a learner of fingerprint %016x, but this learner's"
                                    + " is %016x. Its model or compressor settings differ, so its"
                                    + " gradients mean nothing here: give all learners the same.",
                            Long.reverseBytes(seen), Long.reverseBytes(group)));
        }
    }

    private static void requireChecksum(int seen, int computed) {
        if (seen != computed) {
            throw new MessageException(
                    String.format(
                            "The checksum of the message is %08x, but that of its bytes %08x. It"
                                + " was damaged or cut off on its way: look at the network or the"
                                + " memory, and start again from the last saved state.",
                            seen, computed));
        }
    }
}
