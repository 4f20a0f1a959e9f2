package io.github.gradkit.examples.hyperopt;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** How numbers are written for readers. */
final class Numbers {

    private Numbers() {}

    /** Writes a share as a percentage without its sign. */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f", 100 * share);
    }

    /** Writes a percentage with two decimals, as the paper does. */
    static String percent2(double share) {
        return String.format(Locale.ROOT, "%.2f", 100 * share);
    }

    static String loss(double loss) {
        return loss < 1e4
                ? String.format(Locale.ROOT, "%.3f", loss)
                : String.format(Locale.ROOT, "%.0e", loss);
    }

    /** Writes a rate somebody chose, such as 1e-6 or 0.01. */
    static String rate(double rate) {
        if (rate >= 0.01 && rate < 1e4) {
            return new BigDecimal(Double.toString(rate)).stripTrailingZeros().toPlainString();
        }
        String text = String.format(Locale.ROOT, "%.3e", rate);
        return text.replaceFirst("\\.?0*e", "e").replaceFirst("e([+-])0*", "e$1");
    }

    /** Writes a learned value with four digits. */
    static String learned(double value) {
        if (!Double.isFinite(value)) {
            return "not finite";
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(4, RoundingMode.HALF_UP));
        double size = Math.abs(value);
        return size != 0 && (size < 1e-3 || size >= 1e5)
                ? String.format(Locale.ROOT, "%.3e", value)
                : rounded.toPlainString();
    }

    static String epochs(int count) {
        return count + (count == 1 ? " epoch" : " epochs");
    }

    static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.1f s", seconds);
    }
}
