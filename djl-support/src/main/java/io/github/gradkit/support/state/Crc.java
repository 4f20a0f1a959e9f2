package io.github.gradkit.support.state;

import java.util.zip.CRC32C;

/** The written form of a checksum. */
final class Crc {

    /** Stands in for a checksum that is not known yet. */
    static final String UNKNOWN = "00000000";

    private Crc() {}

    /** Returns 8 lower-case hexadecimal digits; texts are compared, so that case counts too. */
    static String text(CRC32C crc) {
        return String.format("%08x", crc.getValue());
    }
}
