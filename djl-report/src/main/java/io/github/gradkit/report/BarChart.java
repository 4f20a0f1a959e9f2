package io.github.gradkit.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chart of horizontal bars: one row for each category, one bar in it for each series. Bars start
 * at zero and values may be negative. Each bar carries its value, so the chart is its own data
 * table.
 *
 * @param title what the chart shows; not blank
 * @param caption a remark on how to read it, or {@code null}
 * @param valueTitle what the bars measure, with the unit; not blank
 * @param decimals how many decimals a value is shown with, 0 to 12, or -1 for as many as needed
 * @param categories the distinct names of the rows, at least one
 * @param series the bars, at least one, each with one value for each category
 */
public record BarChart(
        String title,
        @Nullable String caption,
        String valueTitle,
        int decimals,
        List<String> categories,
        List<BarSeries> series)
        implements Section {

    /**
     * Copies and checks the chart.
     *
     * @param title what the chart shows; not blank
     * @param caption a remark on how to read it, or {@code null}
     * @param valueTitle what the bars measure, with the unit; not blank
     * @param decimals how many decimals a value is shown with, 0 to 12, or -1 for as many as needed
     * @param categories the distinct names of the rows, at least one
     * @param series the bars, at least one, each with one value for each category
     * @throws IllegalArgumentException if the parts break these rules
     */
    public BarChart {
        Checks.text(title, "the title of a bar chart");
        Checks.text(valueTitle, "the value title of a bar chart");
        String chart = " of chart \"" + title + "\"";
        checkDecimals(decimals);
        categories = Checks.notEmpty(categories, "the categories" + chart, "call setCategories");
        series = Checks.notEmpty(series, "the series" + chart, "call addSeries");
        categories.forEach(category -> Checks.text(category, "a category" + chart));
        Checks.distinct(categories, "the categories" + chart);
        Checks.distinct(series.stream().map(BarSeries::name).toList(), "the series" + chart);
        for (BarSeries bars : series) {
            checkLength(bars, categories.size());
        }
    }

    private static void checkLength(BarSeries bars, int categories) {
        if (bars.values().size() != categories) {
            throw new IllegalArgumentException(
                    String.format(
                            "series \"%s\" must have one value for each of the %d categories, but"
                                    + " has %d; use NaN where there is none",
                            bars.name(), categories, bars.values().size()));
        }
    }

    private static void checkDecimals(int decimals) {
        if (decimals < -1 || decimals > 12) {
            throw new IllegalArgumentException(
                    "decimals must lie in 0 to 12, or be -1 for as many as needed, but is "
                            + decimals);
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

    /** Collects the parts of a bar chart. */
    public static final class Builder {

        private @Nullable String title;
        private @Nullable String caption;
        private @Nullable String valueTitle;
        private int decimals = -1;
        private List<String> categories = List.of();
        private final List<BarSeries> series = new ArrayList<>();

        private Builder() {}

        /**
         * Sets the title.
         *
         * @param title what the chart shows; not blank
         * @return this builder
         * @throws IllegalArgumentException if the title is blank
         */
        public Builder setTitle(String title) {
            this.title = Checks.text(title, "the title of a bar chart");
            return this;
        }

        /**
         * Sets what the bars measure.
         *
         * @param valueTitle what the bars measure, with the unit; not blank
         * @return this builder
         * @throws IllegalArgumentException if the title is blank
         */
        public Builder setValueTitle(String valueTitle) {
            this.valueTitle = Checks.text(valueTitle, "the value title of a bar chart");
            return this;
        }

        /**
         * Sets the names of the rows, from top to bottom.
         *
         * @param categories the names, at least one, distinct and not blank
         * @return this builder
         */
        public Builder setCategories(String... categories) {
            this.categories = List.of(categories);
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
            this.caption = Checks.text(caption, "the caption of a bar chart");
            return this;
        }

        /**
         * Sets how many decimals a value is shown with. The default is as many as needed, at most
         * six significant digits.
         *
         * @param decimals the number of decimals, 0 to 12
         * @return this builder
         * @throws IllegalArgumentException if the number lies outside this range
         */
        public Builder optDecimals(int decimals) {
            checkDecimals(decimals);
            this.decimals = decimals;
            return this;
        }

        /**
         * Adds a bar to each category.
         *
         * @param name the name of the series; shown if there is more than one
         * @param values one finite value for each category; NaN where there is none
         * @return this builder
         * @throws IllegalArgumentException if the name is blank, a value is infinite or none is
         *     finite
         */
        public Builder addSeries(String name, double... values) {
            series.add(BarSeries.of(name, values));
            return this;
        }

        /**
         * Makes the chart.
         *
         * @return the chart
         * @throws IllegalStateException if the title or the value title has not been set
         * @throws IllegalArgumentException if there are no categories or series, names occur twice
         *     or a series has another length than the categories
         */
        public BarChart build() {
            return new BarChart(
                    Checks.set(title, "a bar chart needs a title; call setTitle"),
                    caption,
                    Checks.set(valueTitle, "a bar chart needs a value title; call setValueTitle"),
                    decimals,
                    categories,
                    series);
        }
    }
}
