package io.github.gradkit.examples.hyperopt;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;

/** The figures of the paper's table for other programs. */
final class PaperJson {

    private PaperJson() {}

    static void addTo(JsonObject json, PaperResult result) {
        json.addProperty("model", "mlp");
        json.addProperty("paper", true);
        json.addProperty("epochs", result.network().epochs());
        json.addProperty("batchSize", result.network().batchSize());
        json.addProperty("semantics", result.style().semantics().toString());
        json.addProperty("safe", result.style().safe());
        JsonArray rows = new JsonArray();
        result.lines().forEach(line -> rows.add(row(line)));
        json.add("rows", rows);
    }

    private static JsonObject row(PaperResult.Line line) {
        JsonObject row = new JsonObject();
        row.addProperty("tower", line.row().name());
        JsonArray runs = new JsonArray();
        for (int i = 0; i < line.ends().size(); i++) {
            JsonObject run = new JsonObject();
            GridJson.add(run, line.ends().get(i));
            if (!line.reruns().isEmpty()) {
                run.add("learned", GridJson.learned(line.learned().get(i)));
                JsonObject rerun = new JsonObject();
                GridJson.add(rerun, line.reruns().get(i));
                run.add("rerun", rerun);
            }
            runs.add(run);
        }
        row.add("runs", runs);
        row.addProperty("testError", line.meanError());
        if (!line.reruns().isEmpty()) {
            row.addProperty("rerunTestError", line.meanRerunError());
        }
        JsonObject paper = new JsonObject();
        paper.addProperty("testError", line.row().paper().error());
        paper.addProperty("learned", line.row().paper().learned());
        paper.addProperty("rerunTestError", line.row().paper().rerun());
        row.add("paper", paper);
        return row;
    }
}
