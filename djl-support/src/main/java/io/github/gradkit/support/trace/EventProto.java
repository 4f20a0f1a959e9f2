package io.github.gradkit.support.trace;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The few messages of TensorBoard that a trace needs, in the encoding of protocol buffers. */
final class EventProto {

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED32 = 5;

    private EventProto() {}

    /** Encodes the event that every file begins with. */
    static byte[] fileVersion(double wallTime) {
        ByteArrayOutputStream event = event(wallTime);
        bytesField(event, 3, "brain.Event:2".getBytes(StandardCharsets.UTF_8));
        return event.toByteArray();
    }

    /** Encodes the event of one point. */
    static byte[] scalar(double wallTime, long step, String tag, float value) {
        ByteArrayOutputStream point = new ByteArrayOutputStream();
        bytesField(point, 1, tag.getBytes(StandardCharsets.UTF_8));
        tag(point, 2, FIXED32);
        point.writeBytes(littleEndian(4).putFloat(value).array());

        ByteArrayOutputStream summary = new ByteArrayOutputStream();
        bytesField(summary, 1, point.toByteArray());

        ByteArrayOutputStream event = event(wallTime);
        tag(event, 2, VARINT);
        varint(event, step);
        bytesField(event, 5, summary.toByteArray());
        return event.toByteArray();
    }

    private static ByteArrayOutputStream event(double wallTime) {
        ByteArrayOutputStream event = new ByteArrayOutputStream();
        tag(event, 1, FIXED64);
        event.writeBytes(littleEndian(8).putDouble(wallTime).array());
        return event;
    }

    private static void bytesField(ByteArrayOutputStream out, int field, byte[] bytes) {
        tag(out, field, LENGTH_DELIMITED);
        varint(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void tag(ByteArrayOutputStream out, int field, int wireType) {
        out.write((field << 3) | wireType);
    }

    /** Seven bits a byte, lowest first; a negative number is taken as a large unsigned one. */
    private static void varint(ByteArrayOutputStream out, long number) {
        long rest = number;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
