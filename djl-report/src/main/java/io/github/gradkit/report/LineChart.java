package io.github.gradkit.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chart of one or more lines over a common x axis, with a legend, values on hover and a table of
 * the data as its text alternative. The page keeps nine significant digits of each y value and
 * twelve of each x value; the table shows at most 100 points, spread evenly.
 *
 * @param title what the chart shows; not blank
 * @param caption a remark on how to read it, or {@code null}
 * @param xAxis the horizontal axis
 * @param yAxis the vertical axis
 * @param series the lines, at least one, with distinct names
 */
public record LineChart(
        String title, @Nullable String caption, Axis xAxis, Axis yAxis, List<Series> series)
        implements Section {

    /**
     * Copies and checks the chart.
     *
     * @param title what the chart shows; not blank
     * @param caption a remark on how to read it, or {@code null}
     * @param xAxis the horizontal axis
     * @param yAxis the vertical axis
     * @param series the lines, at least one, with distinct names
     * @throws IllegalArgumentException if there is no line, two have the same name, or a value is
     *     not positive on a logarithmic axis
     */
    public LineChart {
        Checks.text(title, "the title of a line chart");
        series = Checks.notEmpty(series, "the series of chart \"" + title + "\"", "call addSeries");
        Checks.distinct(series.stream().map(Series::name).toList(), "the series of a line chart");
        for (Series line : series) {
            xAxis.checkPositive(line.name(), line.x());
            yAxis.checkPositive(line.name(), line.y());
        }
    }

    /**
     * Starts a chart.
     *
     * @return an empty builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the parts of a line chart. */
    public static final class Builder {

        private @Nullable String title;
        private @Nullable String caption;
        private @Nullable Axis xAxis;
        private @Nullable Axis yAxis;
        private final List<Series> series = new ArrayList<>();

        private Builder() {}

        /**
         * Sets the title.
         *
         * @param title what the chart shows; not blank
         * @return this builder
         * @throws IllegalArgumentException if the title is blank
         */
        public Builder setTitle(String title) {
            this.title = Checks.text(title, "the title of a line chart");
            return this;
        }

        /**
         * Sets a linear horizontal axis.
         *
         * @param title what the axis measures, with its unit; not blank
         * @return this builder
         * @throws IllegalArgumentException if the title is blank
         */
        public Builder setXAxis(String title) {
            return setXAxis(new Axis(title, false));
        }

        /**
         * Sets the horizontal axis.
         *
         * @param axis the axis
         * @return this builder
         */
        public Builder setXAxis(Axis axis) {
            xAxis = axis;
            return this;
        }

        /**
         * Sets a linear vertical axis.
         *
         * @param title what the axis measures, with its unit; not blank
         * @return this builder
         * @throws IllegalArgumentException if the title is blank
         */
        public Builder setYAxis(String title) {
            return setYAxis(new Axis(title, false));
        }

        /**
         * Sets the vertical axis.
         *
         * @param axis the axis
         * @return this builder
         */
        public Builder setYAxis(Axis axis) {
            yAxis = axis;
            return this;
        }

        /**
         * Sets the caption.
         *
         * @param caption a remark on how to read the chart; not blank
         * @return this builder
         * @throws IllegalArgumentException if the caption is blank
         */
        public Builder optCaption(String caption) {
            this.caption = Checks.text(caption, "the caption of a line chart");
            return this;
        }

        /**
         * Adds a line.
         *
         * @param name the name shown in the legend; not blank
         * @param x the x values, at least one, finite and strictly ascending
         * @param y the y values, as many as x values; NaN is a gap in the line
         * @return this builder
         * @throws IllegalArgumentException if the values break these rules
         */
        public Builder addSeries(String name, double[] x, double[] y) {
            return addSeries(Series.of(name, x, y));
        }

        /**
         * Adds a dashed grey line to compare the others with.
         *
         * @param name the name shown in the legend; not blank
         * @param x the x values, at least one, finite and strictly ascending
         * @param y the y values, as many as x values; NaN is a gap in the line
         * @return this builder
         * @throws IllegalArgumentException if the values break these rules
         */
        public Builder addReference(String name, double[] x, double[] y) {
            return addSeries(Series.reference(name, x, y));
        }

        /**
         * Adds a line.
         *
         * @param line the line
         * @return this builder
         */
        public Builder addSeries(Series line) {
            series.add(line);
            return this;
        }

        /**
         * Makes the chart.
         *
         * @return the chart
         * @throws IllegalStateException if the title or an axis has not been set
         * @throws IllegalArgumentException if there is no series, two have the same name, or a
         *     value is not positive on a logarithmic axis
         */
        public LineChart build() {
            return new LineChart(
                    Checks.set(title, "a line chart needs a title; call setTitle"),
                    caption,
                    Checks.set(xAxis, "a line chart needs a horizontal axis; call setXAxis"),
                    Checks.set(yAxis, "a line chart needs a vertical axis; call setYAxis"),
                    series);
        }
    }
}
