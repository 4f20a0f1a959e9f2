package io.github.gradkit.adacomp.wire;

import io.github.gradkit.adacomp.compress.LayerUpdate;
import java.nio.ByteBuffer;

/**
 * The codings of a layer, with their number in the message. Of equal sizes the first is taken.
 *
 * <p>The form of the paper is read, but never chosen: packed, the same takes a byte less at the
 * least, for which {@link BinCoding} has the reckoning, and a layer without values is dense. Gaps
 * of parameter 0 are a bitmap up to the last value sent, so a bitmap is at best as short; it goes
 * first because it is quicker to read.
 */
enum Codec {
    TERNARY_PAPER(1, "ternary, paper", new TernaryCoding(new BinCoding(false))),
    TERNARY_PACKED(2, "ternary, packed", new TernaryCoding(new BinCoding(true))),
    TERNARY_BITMAP(4, "ternary, bitmap", new TernaryCoding(new BitmapCoding())),
    TERNARY_GAPS(3, "ternary, gaps", new TernaryCoding(new GapCoding())),
    SPARSE_BITMAP(6, "sparse, bitmap", new SparseCoding(new BitmapCoding())),
    SPARSE_GAPS(5, "sparse, gaps", new SparseCoding(new GapCoding())),
    ONE_BIT(7, "one bit", new OneBitCoding()),
    DENSE(0, "dense", new DenseCoding());

    private final int id;
    private final String label;

    @SuppressWarnings("ImmutableEnumChecker") // all of them are records of records
    private final LayerCoding coding;

    Codec(int id, String label, LayerCoding coding) {
        this.id = id;
        this.label = label;
        this.coding = coding;
    }

    String label() {
        return label;
    }

    LayerCoding coding() {
        return coding;
    }

    /** Finds the shortest way to write an update. */
    static Choice shortest(LayerUpdate update) {
        Codes codes = Codes.of(update);
        Choice best = new Choice(DENSE, new DenseCoding().fit(update, codes));
        for (Codec codec : values()) {
            LayerCoding.Body body = codec == DENSE ? null : codec.coding.fit(update, codes);
            if (body != null && better(body, best)) {
                best = new Choice(codec, body);
            }
        }
        return best;
    }

    private static boolean better(LayerCoding.Body body, Choice best) {
        long bytes = 1 + body.bytes();
        // Dense loses a tie, since the class of the update would be lost.
        return best.codec == DENSE ? bytes <= best.bytes() : bytes < best.bytes();
    }

    /**
     * Reads the codec byte and what follows.
     *
     * @throws MessageException if the bytes are too few, or say what can't be
     */
    static LayerUpdate read(int size, ByteBuffer in) {
        Bytes.require(in, 1, "The codec");
        byte id = in.get();
        for (Codec codec : values()) {
            if (codec.id == id) {
                return codec.coding.read(size, in);
            }
        }
        throw new MessageException("There is no codec of number " + id + ".");
    }

    /** How a layer is written. */
    record Choice(Codec codec, LayerCoding.Body body) {

        /** Returns all bytes, the codec byte included. */
        long bytes() {
            return 1 + body.bytes();
        }

        void write(ByteBuffer out) {
            out.put((byte) codec.id);
            body.write(out);
        }
    }
}
