package io.github.gradkit.adacomp.report;

import io.github.gradkit.adacomp.train.LayerTraffic;
import io.github.gradkit.report.Row;
import io.github.gradkit.report.Table;
import io.github.gradkit.support.trace.MemoryTrace;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What should be looked at, layer by layer. */
final class Warnings {

    /** Fewer points tell nothing of a trend. */
    private static final int FEWEST_POINTS = 20;

    /**
     * What grows by as much from each quarter of a training to the next does not level off: from
     * the third to the last quarter a straight line from 0 grows by 1.4, a square root by 1.18.
     */
    private static final double GROWTH = 1.15;

    private static final double LARGE_SHARE = 0.25;

    private final List<LayerTraffic> traffic;
    private final MemoryTrace trace;

    private Warnings(List<LayerTraffic> traffic, MemoryTrace trace) {
        this.traffic = traffic;
        this.trace = trace;
    }

    /** Returns a row for each warning; empty if there is none. */
    static Optional<Table> of(List<LayerTraffic> traffic, MemoryTrace trace) {
        Warnings warnings = new Warnings(traffic, trace);
        List<Row> rows = traffic.stream().flatMap(warnings::of).toList();
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        Table.Builder table =
                Table.builder().optTitle("What to look at").addColumn("Layer").addColumn("Why");
        rows.forEach(table::addRow);
        return Optional.of(table.build());
    }

    private Stream<Row> of(LayerTraffic layer) {
        return Stream.of(nothingSent(layer), growing(layer), dense(layer))
                .flatMap(Optional::stream)
                .map(why -> Row.of(layer.path(), why).highlightCell(0));
    }

    private static Optional<String> nothingSent(LayerTraffic layer) {
        return layer.sent() == 0 && layer.residueNorm() > 0
                ? Optional.of(
                        "Nothing was sent of it in any traced step, so it hardly learns: the"
                                + " compressor waits for larger values than are ever owed.")
                : Optional.empty();
    }

    private Optional<String> growing(LayerTraffic layer) {
        TracedSeries norm = TracedSeries.of(trace, layer.path() + "/residueNorm");
        TracedSeries ratio = TracedSeries.of(trace, layer.path() + "/residueToGradient");
        // Of a residue that grows because its gradients do, nothing is the matter.
        if (!grows(norm) || !grows(ratio)) {
            return Optional.empty();
        }
        return Optional.of(
                CompressionReport.format(
                        "Its residue still grows: in the last quarter of the steps it was %.1f"
                            + " times as large as in the quarter before. See whether a longer"
                            + " training levels it off; if not, send more of it, with AdaComp by"
                            + " shorter bins.",
                        norm.meanOf(.75, 1) / norm.meanOf(.5, .75)));
    }

    private static boolean grows(TracedSeries series) {
        return series.size() >= FEWEST_POINTS
                && series.meanOf(.5, .75) > GROWTH * series.meanOf(.25, .5)
                && series.meanOf(.75, 1) > GROWTH * series.meanOf(.5, .75);
    }

    /** Only where others are compressed: who sends everything as it is wants it so. */
    private Optional<String> dense(LayerTraffic layer) {
        double bytes = traffic.stream().mapToDouble(LayerTraffic::bytes).sum();
        double share = layer.bytes() / bytes;
        boolean othersOwe = traffic.stream().anyMatch(other -> !owesNothing(other));
        if (!owesNothing(layer) || !othersOwe || share < LARGE_SHARE) {
            return Optional.empty();
        }
        return Optional.of(
                CompressionReport.format(
                        "It is sent as it is and takes %.0f %% of all bytes. With AdaComp, a bin"
                                + " length of its own compresses it: optBinLength(\"%s\", ...).",
                        100 * share, layer.path()));
    }

    private static boolean owesNothing(LayerTraffic layer) {
        return Double.isNaN(layer.residueNorm());
    }
}
