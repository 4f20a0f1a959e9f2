package io.github.gradkit.examples.hyperopt;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.github.gradkit.hyperopt.LearnedValue;
import java.util.List;

/** The figures of a grid for other programs. */
final class GridJson {

    private final GridResult grid;

    GridJson(GridResult grid) {
        this.grid = grid;
    }

    void addTo(JsonObject json) {
        json.addProperty("model", "mlp");
        json.addProperty("epochs", grid.network().epochs());
        json.addProperty("batchSize", grid.network().batchSize());
        json.addProperty("semantics", grid.settings().style().semantics().toString());
        json.addProperty("safe", grid.settings().style().safe());
        if (grid.settings().kappa().isPresent()) {
            json.addProperty("kappa", grid.settings().kappa().getAsDouble());
        }
        json.addProperty("guessingLoss", grid.guessingLoss());
        for (BaseKind base : grid.settings().bases()) {
            String end = base == BaseKind.SGD ? "" : base.title();
            JsonObject spread = new JsonObject();
            JsonObject usable = new JsonObject();
            for (int height : grid.settings().heights()) {
                spread.addProperty("height" + height, grid.spread(base, height));
                usable.addProperty("height" + height, grid.usable(base, height));
            }
            json.add("spread" + end, spread);
            json.add("usable" + end, usable);
        }
        json.add("runs", runs());
        json.add("reruns", reruns());
    }

    private JsonArray runs() {
        JsonArray all = new JsonArray();
        for (GridRun run : grid.runs()) {
            JsonObject one = head(run);
            add(one, run.end());
            one.add("learned", learned(run.tower().learned()));
            all.add(one);
        }
        return all;
    }

    private JsonArray reruns() {
        JsonArray all = new JsonArray();
        for (Rerun rerun : grid.reruns()) {
            JsonObject one = head(rerun.run());
            one.addProperty("towerTestError", rerun.run().end().testError());
            add(one, rerun.end());
            one.add("learned", learned(rerun.run().tower().learned()));
            all.add(one);
        }
        return all;
    }

    private static JsonObject head(GridRun run) {
        JsonObject one = new JsonObject();
        one.addProperty("base", run.base().toString());
        one.addProperty("height", run.height());
        one.addProperty("alpha0", run.rate());
        return one;
    }

    static void add(JsonObject json, Trained end) {
        json.addProperty("testError", end.testError());
        json.addProperty("finalLoss", end.loss());
        json.addProperty("diverged", end.diverged());
    }

    /** Lists learned values by name; JSON has no word for those that are not finite. */
    static JsonObject learned(List<LearnedValue> values) {
        JsonObject json = new JsonObject();
        for (LearnedValue value : values) {
            if (Double.isFinite(value.value())) {
                json.addProperty(value.name(), value.value());
            } else {
                json.add(value.name(), JsonNull.INSTANCE);
            }
        }
        return json;
    }
}
