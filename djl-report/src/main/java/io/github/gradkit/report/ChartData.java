package io.github.gradkit.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The data of a line chart: as JSON for the script, and as a table for everybody else. */
final class ChartData {

    static final int MAX_TABLE_ROWS = 100;
    private static final int X_DIGITS = 12;
    private static final int Y_DIGITS = 9;
    // Gson's HTML-safe mode writes <, >, &, = and ' as escapes, so no text can close the script.
    private static final Gson GSON = new GsonBuilder().serializeNulls().create();

    private ChartData() {}

    static String json(LineChart chart) {
        JsonObject json = new JsonObject();
        json.add("x", axis(chart.xAxis()));
        json.add("y", axis(chart.yAxis()));
        JsonArray lines = new JsonArray();
        double[] previous = {};
        for (Series series : chart.series()) {
            double[] x = series.x();
            lines.add(line(series, x, Arrays.equals(x, previous)));
            previous = x;
        }
        json.add("series", lines);
        return GSON.toJson(json);
    }

    private static JsonObject axis(Axis axis) {
        JsonObject json = new JsonObject();
        json.addProperty("title", axis.title());
        json.addProperty("log", axis.log());
        return json;
    }

    private static JsonObject line(Series series, double[] x, boolean sameX) {
        JsonObject json = new JsonObject();
        json.addProperty("name", series.name());
        json.addProperty("reference", series.isReference());
        if (!sameX) {
            // A series without x has those of the series before it.
            json.add("x", numbers(x, X_DIGITS));
        }
        json.add("y", numbers(series.y(), Y_DIGITS));
        return json;
    }

    private static JsonArray numbers(double[] values, int digits) {
        JsonArray json = new JsonArray(values.length);
        for (double value : values) {
            if (Double.isNaN(value)) {
                json.add(JsonNull.INSTANCE);
            } else {
                json.add(Numbers.rounded(value, digits));
            }
        }
        return json;
    }

    /**
     * The points as a table with one row for each x value, thinned out evenly if there are many.
     */
    record DataTable(List<String> columns, List<DataRow> rows, int points) {

        boolean thinned() {
            return points > rows.size();
        }

        int shown() {
            return rows.size();
        }
    }

    record DataRow(String x, List<String> values) {}

    static DataTable table(LineChart chart) {
        double[] all =
                chart.series().stream()
                        .flatMapToDouble(series -> Arrays.stream(series.x()))
                        .distinct()
                        .sorted()
                        .toArray();
        double[] shown = thin(all);
        List<String> columns = new ArrayList<>(List.of(chart.xAxis().title()));
        chart.series().forEach(series -> columns.add(series.name()));
        List<List<String>> values =
                chart.series().stream().map(series -> valuesAt(series, shown)).toList();
        List<DataRow> rows =
                IntStream.range(0, shown.length)
                        .mapToObj(
                                i ->
                                        new DataRow(
                                                Numbers.show(shown[i]),
                                                values.stream()
                                                        .map(column -> column.get(i))
                                                        .toList()))
                        .toList();
        return new DataTable(columns, rows, all.length);
    }

    private static double[] thin(double[] all) {
        if (all.length <= MAX_TABLE_ROWS) {
            return all;
        }
        double step = (all.length - 1.0) / (MAX_TABLE_ROWS - 1);
        return IntStream.range(0, MAX_TABLE_ROWS)
                .mapToDouble(i -> all[(int) Math.round(i * step)])
                .toArray();
    }

    private static List<String> valuesAt(Series series, double[] xs) {
        double[] x = series.x();
        double[] y = series.y();
        return Arrays.stream(xs)
                .mapToInt(value -> Arrays.binarySearch(x, value))
                .mapToObj(index -> index < 0 ? "" : Numbers.show(y[index]))
                .toList();
    }
}
