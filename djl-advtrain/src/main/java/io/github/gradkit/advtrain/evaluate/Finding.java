package io.github.gradkit.advtrain.evaluate;

import java.util.Locale;

/**
 * What a line of the checklist comes to.
 *
 * @param verdict the verdict
 * @param measured what was measured
 */
record Finding(Verdict verdict, String measured) {

    static Finding of(Verdict verdict, String format, Object... values) {
        return new Finding(verdict, String.format(Locale.ROOT, format, values));
    }

    /** Returns a verdict on a value that is the worse the larger it is. */
    static Verdict grade(double value, double warn, double fail) {
        return value > fail ? Verdict.FAIL : value > warn ? Verdict.WARN : Verdict.PASS;
    }
}
