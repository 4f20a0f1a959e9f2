package io.github.gradkit.adacomp.report;

import io.github.gradkit.adacomp.train.GradientCompressionListener;
import io.github.gradkit.adacomp.train.LayerTraffic;
import io.github.gradkit.report.Figure;
import io.github.gradkit.report.Report;
import io.github.gradkit.report.Section;
import io.github.gradkit.support.trace.MemoryTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A page about what a learner sent and owes, layer by layer and over the steps, with warnings where
 * something should be looked at.
 *
 * <pre>{@code
 * MemoryTrace trace = MemoryTrace.of();
 * GradientCompressionListener listener =
 *         GradientCompressionListener.builder().setExchange(exchange).addTrace(trace).build();
 * ...
 * CompressionReport.of("Four learners", listener, trace).writeTo(Path.of("compression.html"));
 * }</pre>
 *
 * <p>It tells of the steps that were traced: of all with {@code optTraceEvery(1)}.
 */
public final class CompressionReport {

    private CompressionReport() {}

    /**
     * Makes the page.
     *
     * @param title the title of the page; not blank
     * @param listener the listener after the training, or in it between two steps
     * @param trace what this listener has written in the training
     * @return the report, to be written with {@link Report#writeTo}
     * @throws IllegalArgumentException if the title is blank
     */
    public static Report of(String title, GradientCompressionListener listener, MemoryTrace trace) {
        List<LayerTraffic> traffic = listener.traffic();
        long traced = traffic.stream().mapToLong(LayerTraffic::steps).max().orElse(0);
        Report.Builder report =
                Report.builder()
                        .setTitle(title)
                        .optSubtitle(
                                format(
                                        "%,d exchanges, of which %,d were traced here",
                                        listener.step(), traced));
        if (traced == 0) {
            return report.addText(
                            "No step was traced, so there is nothing to show. Train with the"
                                    + " listener first, and trace more often than there are steps.")
                    .build();
        }
        report.optLead(
                        "At each step a learner sends a part of its gradients and keeps the rest as"
                            + " a residue. Rates are how many times fewer bits are sent than plain"
                            + " floats would take.")
                .addFigures(figures(listener, traffic, trace));
        sections(traffic, trace).forEach(report::add);
        return report.build();
    }

    /**
     * Makes the sections of the page, to be shown on another one: warnings, if there are any,
     * tables of the layers, curves of rates and residues, and times. None is a heading.
     *
     * @param traffic what a listener has sent, see {@link GradientCompressionListener#traffic}
     * @param trace what the same listener has written in the training; a series it doesn't have is
     *     left out
     * @return the sections; none if no step was traced
     */
    public static List<Section> sections(List<LayerTraffic> traffic, MemoryTrace trace) {
        List<LayerTraffic> traced = traffic.stream().filter(layer -> layer.steps() > 0).toList();
        if (traced.isEmpty()) {
            return List.of();
        }
        List<Section> sections = new ArrayList<>();
        Warnings.of(traced, trace).ifPresent(sections::add);
        sections.add(LayerTable.sent(traced));
        LayerTable.owed(traced).ifPresent(sections::add);
        sections.addAll(Curves.of(traced, trace));
        StepTimes.table(trace).ifPresent(sections::add);
        return List.copyOf(sections);
    }

    private static Figure[] figures(
            GradientCompressionListener listener, List<LayerTraffic> traffic, MemoryTrace trace) {
        double floats = 0;
        double bytes = 0;
        double paperBits = 0;
        for (LayerTraffic layer : traffic) {
            floats += (double) layer.size() * layer.steps();
            bytes += layer.bytes();
            paperBits += layer.paperBits();
        }
        List<Figure> figures = new ArrayList<>();
        figures.add(Figure.of("Sent", size(listener.bytesSent()), "whole messages"));
        figures.add(Figure.of("Rate in bytes", rate(4 * floats / bytes), "as sent"));
        figures.add(
                Figure.of("Rate as in the paper", rate(32 * floats / paperBits), "payload only"));
        StepTimes.median(trace)
                .ifPresent(
                        millis ->
                                figures.add(
                                        Figure.of(
                                                "Packing and unpacking",
                                                format("%.2f ms", millis),
                                                "of a step, without the exchange; median")));
        return figures.toArray(Figure[]::new);
    }

    private static String size(long bytes) {
        return bytes < 1_000_000 ? format("%.1f kB", bytes / 1e3) : format("%.2f MB", bytes / 1e6);
    }

    /** Shows a rate; infinite if nothing was sent. */
    static String rate(double rate) {
        return Double.isInfinite(rate) ? "none sent" : format("%.1f", rate);
    }

    static String format(String form, Object... values) {
        return String.format(Locale.ROOT, form, values);
    }
}
