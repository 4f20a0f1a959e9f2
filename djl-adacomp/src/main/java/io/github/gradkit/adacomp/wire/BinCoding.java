package io.github.gradkit.adacomp.wire;

/**
 * Bin by bin: how many values are sent, then for each its index in the bin and its sign.
 *
 * <p>In the form of the paper an index and a ternary value take 8 bits in bins shorter than 64,
 * else 16, and here a count takes as many. Packed, everything takes only the bits it needs; then
 * the parameter is the number of bits of a count.
 *
 * <p>Packed is never the longer. In bins of at most 63 values an index takes at most 6 bits, with
 * its sign 7 of the 8, and a count at most 6; in bins of at most 16,384 values, the longest that
 * the form of the paper has room for, an index takes at most 14 bits, with its sign 15 of the 16,
 * and a count of n values as many bits as n has, at most 15. So every value spares 1 bit or more,
 * and every bin the bits that its count doesn't need. Already the fullest bin, of n values, spares
 * 8 - bits(n) + n bits if it is short, else 16 - bits(n) + n, which is at least 8 or 16 bits for
 * every n: as much as one value takes. If nothing is sent, packed needs no counts. So packed is
 * shorter by a byte or more in short bins and by two or more in others; only a layer without values
 * takes the same.
 *
 * <p>The accounting of the paper is less than this form, since it has no counts; where almost all
 * bins are empty it can be less than packed bins too, but then gaps are chosen.
 *
 * @param packed false for the form of the paper
 */
record BinCoding(boolean packed) implements IndexCoding {

    private static final int SHORT_FORM = 64;
    private static final int LONGEST_BIN = 1 << 14;

    @Override
    public int parameter(Codes codes) {
        if (!packed) {
            return codes.binLength() <= LONGEST_BIN ? 0 : NOT_APPLICABLE;
        }
        return Integer.SIZE - Integer.numberOfLeadingZeros(mostInBin(codes));
    }

    /** Divides once for each bin, not for each code. */
    private static int mostInBin(Codes codes) {
        int most = 0;
        int count = 0;
        long end = 0;
        for (int code : codes.array()) {
            int index = code >>> 1;
            if (index < end) {
                count++;
            } else {
                most = Math.max(most, count);
                count = 1;
                end = (index / codes.binLength() + 1L) * codes.binLength();
            }
        }
        return Math.max(most, count);
    }

    @Override
    public long bits(Codes codes, int parameter) {
        return (long) codes.bins() * countBits(codes, parameter)
                + (long) codes.sent() * (indexBits(codes) + signBits(codes));
    }

    private int countBits(Codes codes, int parameter) {
        return packed ? parameter : indexBits(codes) + signBits(codes);
    }

    private int indexBits(Codes codes) {
        if (packed) {
            return Integer.SIZE - Integer.numberOfLeadingZeros(codes.binLength() - 1);
        }
        return codes.binLength() < SHORT_FORM ? 6 : 14;
    }

    /** The ternary value of the paper has two bits: 01 for plus and 11 for minus. */
    private int signBits(Codes codes) {
        return packed ? codes.signBits() : 2;
    }

    @Override
    public void write(Codes codes, int parameter, BitWriter out) {
        if (packed && codes.sent() == 0) {
            return;
        }
        int[] array = codes.array();
        int indexBits = indexBits(codes);
        int bits = indexBits + signBits(codes);
        int from = 0;
        for (int bin = 0; bin < codes.bins(); bin++) {
            long start = (long) bin * codes.binLength();
            int to = from;
            while (to < array.length && array[to] >>> 1 < start + codes.binLength()) {
                to++;
            }
            out.write(to - from, countBits(codes, parameter));
            for (; from < to; from++) {
                long sign = packed ? array[from] & 1 : (array[from] & 1) << 1 | 1;
                out.write(((array[from] >>> 1) - start) | sign << indexBits, bits);
            }
        }
    }

    @Override
    public void read(Codes codes, int parameter, BitReader in) {
        // Counts of 0 bits would let a few bytes stand for a billion bins.
        IndexCoding.requireParameter(
                parameter, packed ? (parameter == 0) == (codes.sent() == 0) : parameter == 0);
        requireBin(codes);
        if (packed && codes.sent() == 0) {
            return;
        }
        int found = 0;
        for (int bin = 0; bin < codes.bins(); bin++) {
            long count = in.read(countBits(codes, parameter));
            if (count > codes.sent() - found) {
                throw new MessageException(
                        "Bin " + bin + " sends more values than the layer: " + count + ".");
            }
            readBin(codes, bin, found, found + (int) count, in);
            found += (int) count;
        }
        if (found != codes.sent()) {
            throw new MessageException(
                    "The bins send " + found + " values, but the layer " + codes.sent() + ".");
        }
    }

    private void requireBin(Codes codes) {
        if (!packed && codes.binLength() > LONGEST_BIN) {
            throw new MessageException(
                    "Bins of "
                            + codes.binLength()
                            + " values don't fit the form of the paper, which has 14 bits for an"
                            + " index.");
        }
    }

    private void readBin(Codes codes, int bin, int from, int to, BitReader in) {
        int indexBits = indexBits(codes);
        int bits = indexBits + signBits(codes);
        int length = codes.lengthOf(bin);
        int start = bin * codes.binLength();
        long next = 0;
        for (int i = from; i < to; i++) {
            long value = in.read(bits);
            long index = value & ((1L << indexBits) - 1);
            if (index < next || index >= length) {
                throw new MessageException(
                        "Bin "
                                + bin
                                + " of "
                                + length
                                + " values sends index "
                                + index
                                + " where at least "
                                + next
                                + " is due.");
            }
            next = index + 1;
            codes.array()[i] = (start + (int) index) << 1 | negative(value >>> indexBits);
        }
    }

    private int negative(long sign) {
        if (!packed && (sign & 1) == 0) {
            throw new MessageException("A ternary value is " + sign + ", not 1 or 3.");
        }
        return (int) (packed ? sign : sign >>> 1);
    }
}
