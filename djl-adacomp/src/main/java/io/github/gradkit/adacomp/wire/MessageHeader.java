package io.github.gradkit.adacomp.wire;

import io.github.gradkit.adacomp.compress.LayerUpdate;
import java.nio.ByteBuffer;
import java.util.List;

/** What a message says before its layers. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record MessageHeader(int rank, long step, long examples, int[] weightChecksums) {

    /** The most bytes of a header without checksums: rank, step, examples, layers and a flag. */
    static final int MAX_BYTES = 5 + 9 + 9 + 5 + 1;

    static long bytes(UpdateMessage message) {
        return Bytes.varintSize(message.rank())
                + Bytes.varintSize(message.step())
                + Bytes.varintSize(message.examples())
                + Bytes.varintSize(message.layers().size())
                + 1
                + (long) Integer.BYTES * message.weightChecksums().length;
    }

    static void write(UpdateMessage message, ByteBuffer out) {
        int[] checksums = message.weightChecksums();
        Bytes.putVarint(out, message.rank());
        Bytes.putVarint(out, message.step());
        Bytes.putVarint(out, message.examples());
        Bytes.putVarint(out, message.layers().size());
        out.put((byte) (checksums.length == 0 ? 0 : 1));
        for (int checksum : checksums) {
            out.putInt(checksum);
        }
    }

    static MessageHeader read(ByteBuffer in, int layers) {
        int rank = Bytes.getInt(in, "The rank", Integer.MAX_VALUE);
        long step = Bytes.getVarint(in, "The step", Long.MAX_VALUE);
        long examples = Bytes.getVarint(in, "The number of examples", Long.MAX_VALUE);
        int count = Bytes.getInt(in, "The number of layers", Integer.MAX_VALUE);
        if (count != layers) {
            throw new MessageException(
                    "The message has "
                            + count
                            + " layers, but the model has "
                            + layers
                            + ". Give all learners the same model.");
        }
        return new MessageHeader(rank, step, examples, readChecksums(in, layers));
    }

    private static int[] readChecksums(ByteBuffer in, int layers) {
        Bytes.require(in, 1, "The flags");
        byte flags = in.get();
        if (flags != 0 && flags != 1) {
            throw new MessageException(
                    "The flags must be 0 or 1, but are "
                            + flags
                            + ". Use the same release on all learners.");
        }
        int[] checksums = new int[flags == 0 ? 0 : layers];
        Bytes.require(in, (long) Integer.BYTES * checksums.length, "The checksums of weights");
        for (int i = 0; i < checksums.length; i++) {
            checksums[i] = in.getInt();
        }
        return checksums;
    }

    UpdateMessage message(List<LayerUpdate> layers) {
        return new UpdateMessage(rank, step, examples, layers, weightChecksums);
    }
}
