package io.github.gradkit.adacomp.wire;

/**
 * The gaps between indices in the code of Golomb and Rice: the gap divided by a power of two as so
 * many zeros and a one, then the rest in binary, then the sign. Near the least possible where the
 * values that are sent lie about by chance.
 *
 * <p>The parameter is the exponent of the power of two.
 */
record GapCoding() implements IndexCoding {

    private static final int MAX_PARAMETER = 30;

    @Override
    public int parameter(Codes codes) {
        if (codes.sent() == 0) {
            return 0;
        }
        int parameter = 31 - Integer.numberOfLeadingZeros(Math.max(1, codes.size() / codes.sent()));
        // The size is convex in the parameter, so the first minimum is the least.
        long bits = bits(codes, parameter);
        int step = parameter > 0 && bits(codes, parameter - 1) < bits ? -1 : 1;
        for (int next = parameter + step; next >= 0 && next <= MAX_PARAMETER; next += step) {
            long other = bits(codes, next);
            if (other >= bits) {
                break;
            }
            bits = other;
            parameter = next;
        }
        return parameter;
    }

    @Override
    public long bits(Codes codes, int parameter) {
        int[] array = codes.array();
        long bits = (long) codes.sent() * (1 + parameter + codes.signBits());
        if (array.length > 0) {
            bits += (array[0] >>> 1) >>> parameter;
        }
        // No step of the loop needs the one before: it is run several times for each message.
        for (int i = 1; i < array.length; i++) {
            bits += ((array[i] >>> 1) - (array[i - 1] >>> 1) - 1) >>> parameter;
        }
        return bits;
    }

    @Override
    public void write(Codes codes, int parameter, BitWriter out) {
        int signBits = codes.signBits();
        int mask = (1 << parameter) - 1;
        int next = 0;
        for (int code : codes.array()) {
            int gap = (code >>> 1) - next;
            next += gap + 1;
            int zeros = gap >>> parameter;
            long rest = (gap & mask) | (code & (long) signBits) << parameter;
            int bits = 1 + parameter + signBits;
            if (zeros + bits <= 64) {
                out.write((rest << 1 | 1) << zeros, zeros + bits);
            } else {
                out.zeros(zeros);
                out.write(rest << 1 | 1, bits);
            }
        }
    }

    @Override
    public void read(Codes codes, int parameter, BitReader in) {
        IndexCoding.requireParameter(parameter, parameter <= MAX_PARAMETER);
        int[] array = codes.array();
        int signBits = codes.signBits();
        int limit = codes.size() >>> parameter;
        long mask = (1L << parameter) - 1;
        long next = 0;
        for (int i = 0; i < array.length; i++) {
            long gap = (long) in.zeros(limit) << parameter;
            long rest = in.read(parameter + signBits);
            long index = next + (gap | (rest & mask));
            if (index >= codes.size()) {
                throw new MessageException(
                        "Index " + index + " is beyond the " + codes.size() + " values.");
            }
            array[i] = (int) (index << 1 | rest >>> parameter);
            next = index + 1;
        }
    }
}
