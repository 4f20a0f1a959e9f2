package io.github.gradkit.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Works out where the bars of a bar chart lie. */
final class BarLayout {

    /** Longer names, in characters, are broken into lines. */
    private static final int MAX_UNWRAPPED = 20;

    private BarLayout() {}

    record BarView(
            String title,
            @Nullable String caption,
            String valueTitle,
            String names,
            boolean several,
            int span,
            List<Views.LegendItem> legend,
            List<BarRow> rows) {}

    record BarRow(String name, Bar first, List<Bar> rest) {}

    record Bar(
            String series,
            String hover,
            String style,
            String x,
            String width,
            @Nullable String zero,
            String value) {}

    static BarView of(BarChart chart) {
        List<Views.LegendItem> legend =
                IntStream.range(0, chart.series().size())
                        .mapToObj(
                                i ->
                                        new Views.LegendItem(
                                                i, chart.series().get(i).name(), Views.style(i)))
                        .toList();
        BarScale scale = BarScale.of(chart);
        List<BarRow> rows =
                IntStream.range(0, chart.categories().size())
                        .mapToObj(category -> barRow(chart, scale, category))
                        .toList();
        int count = chart.series().size();
        return new BarView(
                chart.title(),
                chart.caption(),
                chart.valueTitle(),
                longNames(chart) ? "long" : "short",
                count > 1,
                count,
                legend,
                rows);
    }

    private static boolean longNames(BarChart chart) {
        return chart.categories().stream().anyMatch(name -> name.length() > MAX_UNWRAPPED);
    }

    private static BarRow barRow(BarChart chart, BarScale scale, int category) {
        List<Bar> bars =
                IntStream.range(0, chart.series().size())
                        .mapToObj(series -> bar(chart, scale, category, series))
                        .toList();
        return new BarRow(
                chart.categories().get(category), bars.get(0), bars.subList(1, bars.size()));
    }

    private static Bar bar(BarChart chart, BarScale scale, int category, int index) {
        BarSeries series = chart.series().get(index);
        double value = series.values().get(category);
        String shown = Numbers.show(value, chart.decimals());
        String hover = chart.categories().get(category) + ", " + series.name() + ": " + shown;
        return new Bar(
                series.name(),
                hover,
                Views.style(index),
                scale.start(value),
                scale.width(value),
                scale.low() < 0 ? scale.start(0) : null,
                shown);
    }

    /** The common scale of all bars of a chart, in percent of the width; it always holds zero. */
    record BarScale(double low, double high) {

        static BarScale of(BarChart chart) {
            double[] values =
                    chart.series().stream()
                            .flatMap(series -> series.values().stream())
                            .filter(value -> !value.isNaN())
                            .mapToDouble(Double::doubleValue)
                            .toArray();
            double low = 0;
            double high = 0;
            for (double value : values) {
                low = Math.min(low, value);
                high = Math.max(high, value);
            }
            return new BarScale(low, high);
        }

        String start(double value) {
            return percent(Double.isNaN(value) ? -low : Math.min(value, 0) - low);
        }

        String width(double value) {
            return percent(Double.isNaN(value) ? 0 : Math.abs(value));
        }

        private String percent(double part) {
            double whole = high - low;
            return String.format(Locale.ROOT, "%.3f", whole == 0 ? 0 : 100 * part / whole);
        }
    }
}
