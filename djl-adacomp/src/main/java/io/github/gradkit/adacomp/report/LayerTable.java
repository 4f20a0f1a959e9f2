package io.github.gradkit.adacomp.report;

import io.github.gradkit.adacomp.compress.LayerKind;
import io.github.gradkit.adacomp.train.LayerTraffic;
import io.github.gradkit.report.Align;
import io.github.gradkit.report.Table;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Tables of what was sent and what is owed of each layer. */
final class LayerTable {

    private static final String[] SENT = {
        "Values", "Bin", "Per bin", "Rate in bytes", "Paper's rate", "Bytes (%)"
    };

    private LayerTable() {}

    static Table sent(List<LayerTraffic> traffic) {
        Table.Builder table =
                Table.builder()
                        .optTitle("What was sent, by layer")
                        .optCaption(
                                "Of each bin, so many values were sent in a step. Rates are how"
                                    + " many times fewer bits than floats: in bytes all that the"
                                    + " messages hold of the layer, as in the paper the values that"
                                    + " are sent.")
                        .addColumn("Layer")
                        .addColumn("Kind");
        for (String column : SENT) {
            table.addColumn(column, Align.RIGHT);
        }
        double bytes = traffic.stream().mapToDouble(LayerTraffic::bytes).sum();
        for (LayerTraffic layer : traffic) {
            table.addRow(
                    layer.path(),
                    kind(layer.kind()),
                    CompressionReport.format("%,d", layer.size()),
                    bin(layer),
                    sentPerBin(layer),
                    CompressionReport.rate(layer.rateBytes()),
                    CompressionReport.rate(layer.ratePaper()),
                    CompressionReport.format("%.1f", 100 * layer.bytes() / bytes));
        }
        return table.build();
    }

    /** Returns nothing if no layer ever owes anything. */
    static Optional<Table> owed(List<LayerTraffic> traffic) {
        List<LayerTraffic> owing =
                traffic.stream().filter(layer -> !Double.isNaN(layer.residueNorm())).toList();
        if (owing.isEmpty()) {
            return Optional.empty();
        }
        Table.Builder table =
                Table.builder()
                        .optTitle("What is owed, by layer")
                        .optCaption(
                                "The Euclidean norm of the residue after the last traced step, and"
                                    + " how many gradients of mean norm that is. It is healthy if a"
                                    + " longer training does not make it larger.")
                        .addColumn("Layer")
                        .addColumn("Residue", Align.RIGHT)
                        .addColumn("Mean gradient", Align.RIGHT)
                        .addColumn("Residue over gradient", Align.RIGHT);
        for (LayerTraffic layer : owing) {
            table.addRow(
                    layer.path(),
                    CompressionReport.format("%.3g", layer.residueNorm()),
                    CompressionReport.format("%.3g", layer.gradientNorm()),
                    CompressionReport.format("%.1f", layer.residueToGradient()));
        }
        return Optional.of(table.build());
    }

    private static String kind(LayerKind kind) {
        return kind == LayerKind.FULLY_CONNECTED ? "linear" : kind.name().toLowerCase(Locale.ROOT);
    }

    private static String bin(LayerTraffic layer) {
        if (layer.binLength() == 0) {
            return "none";
        }
        return layer.binLength() >= layer.size()
                ? "all"
                : CompressionReport.format("%,d", layer.binLength());
    }

    private static String sentPerBin(LayerTraffic layer) {
        if (layer.binLength() > 0) {
            return CompressionReport.format("%.1f", layer.sentPerBin());
        }
        return layer.sent() == layer.size() * layer.steps() ? "all" : "no bins";
    }
}
