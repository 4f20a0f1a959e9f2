package io.github.gradkit.examples.adacomp;

import io.github.gradkit.examples.cli.Wrapped;
import java.io.PrintWriter;
import java.util.Locale;

/** The results as short tables. */
final class ResultText {

    private ResultText() {}

    static void print(Result result, PrintWriter out) {
        Settings settings = result.settings();
        out.printf(
                Locale.ROOT,
                "%s, %d training and %d test images, %d learners with %d images a step each,"
                        + " %s%n%n",
                settings.dataset(),
                result.data().train().size(),
                result.data().test().size(),
                settings.learners(),
                settings.batchSize(),
                settings.optimizer().describe());
        out.println("              correct   sent by a learner   rate in   rate as in");
        out.println("compressor    test (%)        (MB)            bytes     the paper");
        for (Outcome outcome : result.outcomes()) {
            out.printf(
                    Locale.ROOT,
                    "%-12s  %8.1f  %18.3f  %8.1f  %11.1f%n",
                    outcome.kind().title(),
                    100 * outcome.finalAccuracy(),
                    outcome.bytes() / 1e6,
                    outcome.rateBytes(),
                    outcome.ratePaper());
        }
        out.println();
        result.compressed().ifPresent(outcome -> layers(outcome, out));
        Wrapped.print(Findings.summary(result), out);
        Wrapped.print(Findings.uncertainty(result), out);
        Findings.link(result).ifPresent(text -> Wrapped.print(text, out));
    }

    private static void layers(Outcome outcome, PrintWriter out) {
        out.println(outcome.kind().title() + " layer by layer");
        out.println(
                "layer                    values   sent per bin   rate in bytes   as in the paper  "
                        + " residue / gradient");
        for (LayerFigures layer : outcome.tally().layers()) {
            out.printf(
                    Locale.ROOT,
                    "%-22s %8d   %12s   %13.1f   %15.1f   %18s%n",
                    layer.path(),
                    layer.size(),
                    layer.bins() == 0
                            ? "all"
                            : String.format(Locale.ROOT, "%.1f", layer.sentPerBin()),
                    layer.rateBytes(),
                    layer.ratePaper(),
                    residue(layer));
        }
        out.println();
    }

    static String residue(LayerFigures layer) {
        double ratio = layer.residueToGradient();
        return Double.isNaN(ratio) ? "none" : String.format(Locale.ROOT, "%.1f", ratio);
    }
}
