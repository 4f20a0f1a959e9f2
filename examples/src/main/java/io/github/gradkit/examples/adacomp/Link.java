package io.github.gradkit.examples.adacomp;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network link between two learners.
 *
 * @param bitsPerSecond how much goes through
 * @param latencySeconds how long a message takes on top of that
 */
record Link(double bitsPerSecond, double latencySeconds) {

    private static final Pattern FORM =
            Pattern.compile("(\\d+(?:\\.\\d+)?)([kmg])bit,(\\d+(?:\\.\\d+)?)(us|ms|s)");

    /**
     * Reads a link such as {@code 100mbit,1ms}.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    static Link parse(String text) {
        Matcher parts = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!parts.matches() || Double.parseDouble(parts.group(1)) == 0) {
            throw new IllegalArgumentException(
                    "'"
                            + text
                            + "' is no link. Write rate and latency like 100mbit,1ms or"
                            + " 10gbit,50us.");
        }
        double rate =
                switch (parts.group(2)) {
                    case "k" -> 1e3;
                    case "m" -> 1e6;
                    default -> 1e9;
                };
        double unit =
                switch (parts.group(4)) {
                    case "us" -> 1e-6;
                    case "ms" -> 1e-3;
                    default -> 1;
                };
        return new Link(
                rate * Double.parseDouble(parts.group(1)),
                unit * Double.parseDouble(parts.group(3)));
    }

    /**
     * Returns how long an exchange takes in which every learner receives a message of every other
     * one over its own link, one after the other.
     *
     * @param learners the number of learners
     * @param bytes the size of a message
     */
    double allGatherSeconds(int learners, double bytes) {
        return learners == 1 ? 0 : latencySeconds + (learners - 1) * 8 * bytes / bitsPerSecond;
    }

    @Override
    public String toString() {
        return plain(bitsPerSecond / 1e6) + " Mbit/s, " + plain(1e3 * latencySeconds) + " ms";
    }

    private static String plain(double value) {
        return new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros().toPlainString();
    }
}
