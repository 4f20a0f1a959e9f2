package io.github.gradkit.adacomp.wire;

/** A way to write which values are sent. Each has a parameter, which is part of the message. */
sealed interface IndexCoding permits BinCoding, GapCoding, BitmapCoding {

    /** The bits that a parameter takes in the message. */
    int PARAMETER_BITS = 5;

    /** Returned for codes that this coding can't write. */
    int NOT_APPLICABLE = -1;

    /** Returns the parameter, from 0 to 31, for which {@link #bits} is least. */
    int parameter(Codes codes);

    /** Returns exactly the bits that {@link #write} takes. */
    long bits(Codes codes, int parameter);

    void write(Codes codes, int parameter, BitWriter out);

    /**
     * Fills in the codes.
     *
     * @throws MessageException if the bits are too few, or say what can't be
     */
    void read(Codes codes, int parameter, BitReader in);

    /** Refuses a parameter that is not used. */
    static void requireParameter(int parameter, boolean valid) {
        if (!valid) {
            throw new MessageException(
                    "The parameter of the coding is " + parameter + ", which has no meaning.");
        }
    }
}
