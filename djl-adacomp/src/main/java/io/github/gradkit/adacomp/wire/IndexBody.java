package io.github.gradkit.adacomp.wire;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A parameter and the indices that are coded with it, up to a whole byte. */
record IndexBody(IndexCoding coding, Codes codes, int parameter, long bytes)
        implements LayerCoding.Body {

    /** Chooses the parameter; null if the coding can't write such codes. */
    static @Nullable IndexBody of(IndexCoding coding, Codes codes) {
        int parameter = coding.parameter(codes);
        if (parameter == IndexCoding.NOT_APPLICABLE) {
            return null;
        }
        long bits = IndexCoding.PARAMETER_BITS + coding.bits(codes, parameter);
        return new IndexBody(coding, codes, parameter, (bits + 7) / 8);
    }

    @Override
    public void write(ByteBuffer out) {
        BitWriter bits = new BitWriter(out);
        bits.write(parameter, IndexCoding.PARAMETER_BITS);
        coding.write(codes, parameter, bits);
        bits.finish();
    }

    static Codes read(
            IndexCoding coding, int size, int binLength, int signBits, int sent, ByteBuffer in) {
        BitReader bits = new BitReader(in);
        int parameter = (int) bits.read(IndexCoding.PARAMETER_BITS);
        // Every coding takes at least a bit for a value and its sign: a count alone takes no
        // memory.
        if ((long) sent * (1 + signBits) > bits.available()) {
            throw new MessageException(
                    "As many as "
                            + sent
                            + " values can't be in the "
                            + bits.available()
                            + " bits that are left.");
        }
        Codes codes = new Codes(size, binLength, signBits, new int[sent]);
        coding.read(codes, parameter, bits);
        bits.finish();
        return codes;
    }
}
