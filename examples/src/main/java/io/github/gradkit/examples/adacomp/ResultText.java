package io.github.gradkit.examples.adacomp;

import io.github.gradkit.adacomp.train.LayerTraffic;
import io.github.gradkit.examples.cli.Wrapped;
import java.io.PrintWriter;
import java.util.Locale;

/** The results as short tables. */
final class ResultText {

    private ResultText() {}

    static void print(Result result, PrintWriter out) {
        Settings settings = result.settings();
        Wrapped.print(
                String.format(
                        Locale.ROOT,
                        "%s, %d training and %d test images, %s with %d images a step each, %s",
                        settings.dataset(),
                        result.data().train().size(),
                        result.data().test().size(),
                        settings.learnersText(),
                        settings.batchSize(),
                        settings.optimizer().describe()),
                out);
        out.println();
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
        out.println("                                  sent   rate in   rate as in   residue /");
        out.println("layer                   values  per bin     bytes    the paper    gradient");
        for (LayerTraffic layer : outcome.tally().layers()) {
            out.printf(
                    Locale.ROOT,
                    "%-22s %7d  %7s  %8.1f  %11s  %10s%n",
                    layer.path(),
                    layer.size(),
                    sentPerBin(layer),
                    layer.rateBytes(),
                    layer.paperBits() == 0
                            ? "none sent"
                            : String.format(Locale.ROOT, "%.1f", layer.ratePaper()),
                    residue(layer));
        }
        out.println();
        Wrapped.print(
                "Rates are how many times fewer than dense. Bytes are those of whole messages; the"
                    + " paper counts the values that are sent. The residue is what is still owed"
                    + " after the last step, in mean gradients.",
                out);
        out.println();
    }

    private static String sentPerBin(LayerTraffic layer) {
        if (layer.binLength() > 0) {
            return String.format(Locale.ROOT, "%.1f", layer.sentPerBin());
        }
        return layer.sent() == layer.size() * layer.steps() ? "all" : "no bins";
    }

    private static String residue(LayerTraffic layer) {
        double ratio = layer.residueToGradient();
        return Double.isNaN(ratio) ? "none" : String.format(Locale.ROOT, "%.1f", ratio);
    }
}
