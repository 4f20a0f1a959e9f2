package io.github.gradkit.advtrain.evaluate;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as readers want them. */
final class Numbers {

    private static final int DIGITS = 4;

    private Numbers() {}

    /** Returns up to four significant digits. */
    static String digits(double value) {
        if (!Double.isFinite(value)) {
            return String.valueOf(value);
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(DIGITS));
        boolean plain = value == 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e7);
        return plain
                ? rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString()
                : String.format(Locale.ROOT, "%.2e", value);
    }

    /** Returns such as {@code 93.2 %}. */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /** Returns such as {@code 91.0 to 94.9 %}. */
    static String percent(WilsonInterval interval) {
        return String.format(
                Locale.ROOT, "%.1f to %.1f %%", 100 * interval.low(), 100 * interval.high());
    }
}
