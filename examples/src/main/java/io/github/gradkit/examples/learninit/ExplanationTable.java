package io.github.gradkit.examples.learninit;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.gradkit.examples.cli.Wrapped;
import io.github.gradkit.learninit.explain.Contrast;
import io.github.gradkit.report.Align;
import io.github.gradkit.report.Report;
import io.github.gradkit.report.Row;
import io.github.gradkit.report.Table;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Searches for explanations in figures. */
final class ExplanationTable implements Material {

    private final Map<ExplanationRow.Key, ExplanationRow> rows = new LinkedHashMap<>();
    private final int images;

    /** Begins without rows; the number of images that are explained on each seed is told. */
    ExplanationTable(int images) {
        this.images = images;
    }

    void add(Contrast contrast, Access access, Way way, ExplanationTrial trial) {
        rows.computeIfAbsent(
                        new ExplanationRow.Key(contrast, access, way),
                        key -> new ExplanationRow(key, new ArrayList<>()))
                .trials()
                .add(trial);
    }

    private String caption() {
        return "Searches over the constant c for "
                + images
                + " test images on each seed, "
                + settings(Access.WHITE_BOX)
                + ", "
                + settings(Access.BLACK_BOX)
                + " with "
                + Access.BLACK_BOX.pairs()
                + " pairs of points for a gradient. l1 and l2: the size of what was found, in the"
                + " end. Steps: until the value is within 5 % of what zero reaches in the end,"
                + " median over images, and as a share of those from zero. Queries: runs of the"
                + " classifier on an image until then. Learned c: a predictor tells with which"
                + " constant to begin. Starts and constants are learned from white-box solutions.";
    }

    private static String settings(Access access) {
        return String.format(
                Locale.ROOT,
                "%s %d times %d steps",
                access.title(),
                access.searches(),
                access.steps());
    }

    /** Where half of the steps are enough, and where they aren't. */
    String finding() {
        List<String> fast = new ArrayList<>();
        List<String> slow = new ArrayList<>();
        for (ExplanationRow row : rows.values()) {
            if (row.key().way() == Way.LEARNED) {
                (row.isSurelyTwiceAsFast() ? fast : slow).add(row.key().group());
            }
        }
        boolean single = rows.values().stream().allMatch(row -> row.trials().size() == 1);
        if (single) {
            return "One seed can't tell where learned starts and constants halve the steps.";
        }
        return "With learned starts and constants, at most half of the steps from zero beyond"
                + " chance: "
                + joined(fast)
                + ". Not so: "
                + joined(slow)
                + ".";
    }

    private static String joined(List<String> groups) {
        return groups.isEmpty() ? "none" : String.join("; ", groups);
    }

    @Override
    public void print(PrintWriter out) {
        if (rows.isEmpty()) {
            return;
        }
        out.println("Explanations");
        out.printf(
                Locale.ROOT,
                "%-20s%7s %6s %6s  %13s %13s %8s%n",
                "start",
                "found %",
                "l1",
                "l2",
                "steps",
                "% of zero",
                "queries");
        String group = "";
        for (ExplanationRow row : rows.values()) {
            if (!row.key().group().equals(group)) {
                group = row.key().group();
                out.println(group);
            }
            out.printf(
                    Locale.ROOT,
                    "  %-18s%7s %6s %6s  %13s %13s %8s%n",
                    row.key().way().title(),
                    row.meanText(trial -> 100 * trial.found(), 0),
                    row.meanText(ExplanationTrial::l1, 2),
                    row.meanText(ExplanationTrial::l2, 2),
                    row.text(ExplanationTrial::iterations, 1),
                    row.percent(ExplanationTrial::ofZero),
                    row.meanText(ExplanationTrial::queries, 0));
        }
        Wrapped.print(finding(), out);
        Wrapped.print(caption(), out);
        out.println();
    }

    @Override
    public void addTo(Report.Builder page) {
        if (rows.isEmpty()) {
            return;
        }
        page.addHeading("Contrastive explanations: searches").addText(caption());
        rows.values().stream()
                .collect(
                        Collectors.groupingBy(
                                row -> row.key().group(), LinkedHashMap::new, Collectors.toList()))
                .forEach((group, some) -> page.add(table(group, some)));
        page.addText(finding());
    }

    private static Table table(String group, List<ExplanationRow> rows) {
        Table.Builder table = Table.builder().optTitle(group).addColumn("Start");
        for (String column :
                List.of("Found (%)", "l1", "l2", "Steps", "Steps (% of zero)", "Queries")) {
            table.addColumn(column, Align.RIGHT);
        }
        for (ExplanationRow row : rows) {
            table.addRow(
                    Row.of(
                            row.key().way().title().replace(" c", "\u00a0c"),
                            row.percent(ExplanationTrial::found),
                            row.text(ExplanationTrial::l1, 2),
                            row.text(ExplanationTrial::l2, 2),
                            row.text(ExplanationTrial::iterations, 1),
                            row.percent(ExplanationTrial::ofZero),
                            row.meanText(ExplanationTrial::queries, 0)));
        }
        return table.build();
    }

    @Override
    public void addTo(JsonObject problem) {
        JsonArray array = new JsonArray();
        rows.values().forEach(row -> array.add(json(row)));
        problem.add("explanations", array);
    }

    private JsonObject json(ExplanationRow row) {
        ExplanationRow.Key key = row.key();
        JsonObject json = new JsonObject();
        json.addProperty("contrast", key.contrast().name().toLowerCase(Locale.ROOT));
        json.addProperty("access", key.access().title());
        json.addProperty("start", key.way().start());
        json.addProperty("learnedConstant", key.way().learnsConstant());
        json.addProperty("images", images);
        json.addProperty("searches", key.access().searches());
        json.addProperty("stepsPerSearch", key.access().steps());
        json.addProperty("pairs", key.access().pairs());
        ResultJson.add(json, "found", row.measured(ExplanationTrial::found));
        ResultJson.add(json, "l1", row.measured(ExplanationTrial::l1));
        ResultJson.add(json, "l2", row.measured(ExplanationTrial::l2));
        ResultJson.add(json, "reached", row.measured(ExplanationTrial::reached));
        ResultJson.add(json, "iterations", row.measured(ExplanationTrial::iterations));
        ResultJson.add(json, "shareOfZero", row.ofZero());
        ResultJson.add(json, "queries", row.measured(ExplanationTrial::queries));
        ResultJson.add(json, "allIterations", row.measured(ExplanationTrial::allIterations));
        ResultJson.add(json, "allQueries", row.measured(ExplanationTrial::allQueries));
        return json;
    }
}
