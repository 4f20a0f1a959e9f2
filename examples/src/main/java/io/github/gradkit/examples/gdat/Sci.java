package io.github.gradkit.examples.gdat;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How numbers are written for readers. */
final class Sci {

    private Sci() {}

    /** Writes a number with three digits and an exponent. */
    static String of(double value) {
        return clean(String.format(Locale.ROOT, "%.2e", value));
    }

    /** Writes a loss given by its logarithm, also if it is too small for a number. */
    static String loss(double logarithm) {
        double decimal = logarithm / Math.log(10);
        double exponent = Math.floor(decimal);
        double digits = Math.pow(10, decimal - exponent);
        if (digits >= 9.95) {
            digits = 1;
            exponent++;
        }
        return String.format(Locale.ROOT, "%.1fe%d", digits, (long) exponent);
    }

    private static String clean(String text) {
        return text.replaceFirst("e([+-])0*(?=\\d)", "e$1").replace("e+", "e");
    }

    /** Writes a number of steps, powers of ten as such. */
    static String steps(long steps) {
        double power = Math.log10((double) steps);
        return steps >= 1000 && power == Math.rint(power)
                ? "1e" + (int) power
                : Long.toString(steps);
    }

    static String direction(double[] v) {
        return Arrays.stream(v)
                .mapToObj(value -> String.format(Locale.ROOT, "%.4f", value))
                .collect(Collectors.joining(", "));
    }
}
