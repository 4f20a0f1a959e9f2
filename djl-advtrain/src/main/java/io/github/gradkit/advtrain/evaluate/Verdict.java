package io.github.gradkit.advtrain.evaluate;

/** What a line of the {@link ObfuscationChecklist} comes to. */
public enum Verdict {
    /** Nothing suspicious was measured. */
    PASS,
    /** Look at it before you rely on the figures. */
    WARN,
    /** The robust accuracy can't be trusted. */
    FAIL,
    /** It was not measured; the line says why. */
    SKIPPED
}
