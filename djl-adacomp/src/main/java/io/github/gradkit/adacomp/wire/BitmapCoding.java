package io.github.gradkit.adacomp.wire;

/**
 * A bit for each value of the layer, set if it is sent, then the signs. As short as any if about a
 * third of the values or more are sent.
 */
record BitmapCoding() implements IndexCoding {

    @Override
    public int parameter(Codes codes) {
        return 0;
    }

    @Override
    public long bits(Codes codes, int parameter) {
        return codes.size() + (long) codes.signBits() * codes.sent();
    }

    @Override
    public void write(Codes codes, int parameter, BitWriter out) {
        int[] array = codes.array();
        int i = 0;
        for (long from = 0; from < codes.size(); from += 64) {
            long word = 0;
            for (; i < array.length && array[i] >>> 1 < from + 64; i++) {
                word |= 1L << (array[i] >>> 1);
            }
            out.write(word, (int) Math.min(64, codes.size() - from));
        }
        if (codes.signBits() == 1) {
            for (int code : array) {
                out.write(code & 1, 1);
            }
        }
    }

    @Override
    public void read(Codes codes, int parameter, BitReader in) {
        IndexCoding.requireParameter(parameter, parameter == 0);
        int[] array = codes.array();
        int found = 0;
        for (int from = 0; from < codes.size(); from += 32) {
            long word = in.read(Math.min(32, codes.size() - from));
            requireCount(array.length, found + Long.bitCount(word), false);
            for (; word != 0; word &= word - 1) {
                array[found++] = (from + Long.numberOfTrailingZeros(word)) << 1;
            }
        }
        requireCount(array.length, found, true);
        if (codes.signBits() == 1) {
            for (int i = 0; i < array.length; i++) {
                array[i] |= (int) in.read(1);
            }
        }
    }

    private static void requireCount(int sent, int found, boolean end) {
        if (found > sent || (end && found != sent)) {
            throw new MessageException(
                    "The bitmap has "
                            + found
                            + (end ? "" : " or more")
                            + " bits set, but "
                            + sent
                            + " values are sent.");
        }
    }
}
