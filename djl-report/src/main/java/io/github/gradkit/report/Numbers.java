package io.github.gradkit.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** How numbers are shown to readers and written to the page's data. */
final class Numbers {

    private static final String MISSING = "–";
    private static final double WHOLE_LIMIT = 1e12;

    private Numbers() {}

    /** Shows a value with at most six significant digits; whole numbers are shown in full. */
    static String show(double value) {
        if (Double.isNaN(value)) {
            return MISSING;
        }
        double size = Math.abs(value);
        if (size < WHOLE_LIMIT && value == Math.rint(value)) {
            return Long.toString((long) value);
        }
        if (size < 1e-4 || size >= 1e7) {
            return String.format(Locale.ROOT, "%.3e", value);
        }
        return rounded(value, 6).toPlainString();
    }

    /** Shows a value with a number of decimals, or as {@link #show(double)} if it is negative. */
    static String show(double value, int decimals) {
        if (decimals < 0 || Double.isNaN(value)) {
            return show(value);
        }
        return new BigDecimal(value).setScale(decimals, RoundingMode.HALF_UP).toPlainString();
    }

    /** Drops digits no screen can show, which would only make the page larger. */
    static BigDecimal rounded(double value, int digits) {
        BigDecimal rounded = BigDecimal.valueOf(value).round(new MathContext(digits));
        // Kept out of the exponent form where that would be longer: 100, not 1E+2.
        BigDecimal bare = rounded.stripTrailingZeros();
        return bare.scale() < 0 && bare.scale() > -6 ? bare.setScale(0) : bare;
    }
}
