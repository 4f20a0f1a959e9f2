package io.github.gradkit.examples.adacomp;

import io.github.gradkit.adacomp.compress.AdaComp;
import io.github.gradkit.adacomp.compress.Compressor;
import io.github.gradkit.adacomp.compress.Dense;
import io.github.gradkit.adacomp.compress.OneBit;
import io.github.gradkit.adacomp.compress.StromThreshold;
import io.github.gradkit.adacomp.compress.TopK;
import java.util.Locale;

/** The compressors to choose from. */
enum CompressorKind {
    /** Sends everything. */
    DENSE("Dense", new Dense()),
    /** Sends what the newest gradient makes large in its bin. */
    ADACOMP("AdaComp", AdaComp.ofDefaults()),
    /** Sends the largest values. */
    TOPK("Top 1 %", new TopK(.01)),
    /** Sends what reaches a threshold. */
    STROM("Strom", new StromThreshold(1e-3)),
    /** Sends the signs. */
    ONEBIT("1-bit", new OneBit());

    private final String title;

    @SuppressWarnings("ImmutableEnumChecker") // compressors hold settings only
    private final Compressor compressor;

    CompressorKind(String title, Compressor compressor) {
        this.title = title;
        this.compressor = compressor;
    }

    String title() {
        return title;
    }

    Compressor compressor() {
        return compressor;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
