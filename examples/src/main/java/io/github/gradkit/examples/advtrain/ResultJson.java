package io.github.gradkit.examples.advtrain;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.gradkit.advtrain.evaluate.Accuracy;
import io.github.gradkit.advtrain.evaluate.ChecklistLine;
import io.github.gradkit.advtrain.evaluate.CurvePoint;
import java.util.Locale;

/** The results as JSON. */
final class ResultJson {

    private ResultJson() {}

    static void addTo(JsonObject json, Result result) {
        Settings settings = result.settings();
        json.addProperty("norm", settings.ball().norm().toString().toLowerCase(Locale.ROOT));
        json.addProperty("epsilon", settings.ball().epsilon());
        json.addProperty("epochs", settings.epochs());
        json.addProperty("steps", settings.steps());
        json.addProperty("beta", settings.beta());
        json.addProperty("trainImages", result.data().train().size());
        json.addProperty("testImages", result.data().test().size());
        JsonArray rows = new JsonArray();
        JsonObject verdicts = new JsonObject();
        JsonObject reports = new JsonObject();
        for (Evaluated model : result.models()) {
            rows.add(row(model));
            verdicts.add(model.method().toString(), verdicts(model));
            reports.add(model.method().toString(), JsonParser.parseString(model.report().toJson()));
        }
        json.add("rows", rows);
        json.add("verdicts", verdicts);
        json.add("reports", reports);
    }

    private static JsonObject row(Evaluated model) {
        JsonObject row = new JsonObject();
        row.addProperty("method", model.method().toString());
        row.addProperty("clean", model.report().clean().share());
        row.addProperty("fgsm", model.under(Experiment.FGSM).share());
        row.addProperty("pgd", model.under(Experiment.PGD).share());
        Accuracy auto = model.under(Experiment.AUTO);
        row.addProperty("autoattack", auto.share());
        row.addProperty("autoattackLow", auto.interval().low());
        row.addProperty("autoattackHigh", auto.interval().high());
        row.addProperty("trainSeconds", model.trainSeconds());
        row.addProperty("evaluationSeconds", model.seconds());
        row.addProperty("flagged", model.report().flagged());
        JsonArray losses = new JsonArray();
        for (double loss : model.losses()) {
            losses.add(loss);
        }
        row.add("losses", losses);
        JsonArray curve = new JsonArray();
        for (CurvePoint point : model.report().curve()) {
            JsonObject one = new JsonObject();
            one.addProperty("epsilon", point.epsilon());
            one.addProperty("accuracy", point.accuracy().share());
            curve.add(one);
        }
        row.add("curve", curve);
        return row;
    }

    private static JsonObject verdicts(Evaluated model) {
        JsonObject verdicts = new JsonObject();
        for (ChecklistLine line : model.report().checklist().lines()) {
            verdicts.addProperty(
                    Integer.toString(line.item().number()),
                    line.verdict().toString().toLowerCase(Locale.ROOT));
        }
        return verdicts;
    }
}
