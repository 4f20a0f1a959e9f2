package io.github.gradkit.adacomp.report;

import io.github.gradkit.report.Align;
import io.github.gradkit.report.Table;
import io.github.gradkit.support.trace.MemoryTrace;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** How long the parts of a step took. */
final class StepTimes {

    private StepTimes() {}

    /** Returns the time of packing and unpacking; empty if it was not traced. */
    static OptionalDouble median(MemoryTrace trace) {
        double[] pack = sorted(trace, "packMillis");
        double[] unpack = sorted(trace, "unpackMillis");
        return pack.length == 0 || unpack.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(middle(pack) + middle(unpack));
    }

    static Optional<Table> table(MemoryTrace trace) {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("Pack", "packMillis");
        parts.put("Exchange", "exchangeMillis");
        parts.put("Unpack", "unpackMillis");
        Table.Builder table =
                Table.builder()
                        .optTitle("Time of a step")
                        .addColumn("Part")
                        .addColumn("Median (ms)", Align.RIGHT)
                        .addColumn("Mean (ms)", Align.RIGHT)
                        .addColumn("Largest (ms)", Align.RIGHT)
                        .optCaption(
                                "Of the exchange, most is waiting for the slowest learner, and in"
                                        + " one process for the turn of the others.");
        boolean any = false;
        for (Map.Entry<String, String> part : parts.entrySet()) {
            double[] millis = sorted(trace, part.getValue());
            if (millis.length > 0) {
                any = true;
                table.addRow(
                        part.getKey(),
                        number(middle(millis)),
                        number(TracedSeries.mean(millis)),
                        number(millis[millis.length - 1]));
            }
        }
        return any ? Optional.of(table.build()) : Optional.empty();
    }

    private static String number(double millis) {
        return CompressionReport.format("%.3f", millis);
    }

    private static double middle(double[] sorted) {
        return sorted[sorted.length / 2];
    }

    private static double[] sorted(MemoryTrace trace, String name) {
        return Arrays.stream(TracedSeries.of(trace, name).values())
                .filter(Double::isFinite)
                .sorted()
                .toArray();
    }
}
