package io.github.gradkit.adacomp.report;

import io.github.gradkit.adacomp.train.LayerTraffic;
import io.github.gradkit.report.Axis;
import io.github.gradkit.report.LineChart;
import io.github.gradkit.report.Section;
import io.github.gradkit.support.trace.MemoryTrace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Rates and residues over the steps. */
final class Curves {

    /** A page has as many colours. */
    private static final int LINES = 6;

    private static final int POINTS = 60;

    private final List<LayerTraffic> traffic;
    private final List<LayerTraffic> shown;
    private final MemoryTrace trace;
    private final boolean counted;

    private Curves(List<LayerTraffic> traffic, MemoryTrace trace) {
        this.traffic = traffic;
        this.trace = trace;
        shown =
                traffic.stream()
                        .filter(layer -> !Double.isNaN(layer.residueNorm()))
                        .sorted(Comparator.comparingInt(LayerTraffic::size).reversed())
                        .limit(LINES)
                        .toList();
        counted =
                traffic.stream()
                        .anyMatch(layer -> !series(layer.path(), "rateBytes").isAscending());
    }

    static List<Section> of(List<LayerTraffic> traffic, MemoryTrace trace) {
        Curves curves = new Curves(traffic, trace);
        List<Section> sections = new ArrayList<>();
        curves.rates().ifPresent(sections::add);
        curves.residues(
                        "residueNorm",
                        "Residues",
                        "Euclidean norm",
                        "A healthy residue levels off, or falls with its gradients.",
                        TracedSeries::mean)
                .ifPresent(sections::add);
        curves.residues(
                        "residueToGradient",
                        "Residues over gradients",
                        "Gradients owed",
                        "In gradients of the same step; of the steps around a point, the median.",
                        TracedSeries::median)
                .ifPresent(sections::add);
        return sections;
    }

    private TracedSeries series(String path, String name) {
        return TracedSeries.of(trace, path + "/" + name);
    }

    private Optional<LineChart> rates() {
        LineChart.Builder chart =
                chart("Rates in bytes", "Times fewer than floats")
                        .optCaption("As sent, without the head of the messages." + which());
        boolean any = addAll(chart, "rateBytes", TracedSeries::meanRate);
        TracedSeries whole = whole().thinned(POINTS, counted, TracedSeries::meanRate).positive();
        if (whole.isDrawable()) {
            chart.addReference("All layers", whole.steps(), whole.values());
            any = true;
        }
        return any ? Optional.of(chart.build()) : Optional.empty();
    }

    /** Returns the rates of all layers together, which the trace has not. */
    private TracedSeries whole() {
        double[] steps = series(traffic.get(0).path(), "rateBytes").steps();
        double[] bytes = new double[steps.length];
        double floats = 0;
        for (LayerTraffic layer : traffic) {
            TracedSeries rate = series(layer.path(), "rateBytes");
            if (!Arrays.equals(rate.steps(), steps)) {
                return new TracedSeries(new double[0], new double[0]);
            }
            floats += layer.size();
            for (int i = 0; i < bytes.length && layer.size() > 0; i++) {
                bytes[i] += 4.0 * layer.size() / rate.values()[i];
            }
        }
        double all = 4 * floats;
        return new TracedSeries(steps, Arrays.stream(bytes).map(sent -> all / sent).toArray());
    }

    private Optional<LineChart> residues(
            String name,
            String title,
            String axis,
            String caption,
            ToDoubleFunction<double[]> join) {
        LineChart.Builder chart = chart(title, axis).optCaption(caption + which());
        return addAll(chart, name, join) ? Optional.of(chart.build()) : Optional.empty();
    }

    private LineChart.Builder chart(String title, String axis) {
        return LineChart.builder()
                .setTitle(title)
                .setXAxis(counted ? "Record" : "Step")
                .setYAxis(new Axis(axis, true));
    }

    private String which() {
        long owing = traffic.stream().filter(layer -> !Double.isNaN(layer.residueNorm())).count();
        return owing > shown.size() ? " The " + LINES + " largest layers of " + owing + "." : "";
    }

    private boolean addAll(LineChart.Builder chart, String name, ToDoubleFunction<double[]> join) {
        boolean any = false;
        for (LayerTraffic layer : shown) {
            TracedSeries line =
                    series(layer.path(), name).thinned(POINTS, counted, join).positive();
            if (line.isDrawable()) {
                chart.addSeries(layer.path(), line.steps(), line.values());
                any = true;
            }
        }
        return any;
    }
}
