package io.github.gradkit.examples.adm;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.gradkit.examples.evaluation.Measured;

/** The results as JSON. */
final class ResultJson {

    private ResultJson() {}

    static void addTo(JsonObject json, Result result) {
        Settings settings = result.settings();
        SegmentationData data = result.data().get(0);
        json.addProperty("seeds", settings.repetitions());
        json.addProperty("pretrainEpochs", settings.pretrainEpochs());
        json.addProperty("epochs", settings.epochs());
        json.addProperty("gamma", settings.cuts().gamma());
        json.addProperty("relabelEvery", settings.cuts().relabelEvery());
        json.addProperty("anneal", settings.cuts().anneal());
        json.addProperty("labels", data.labels());
        json.addProperty("trainImages", data.train().size());
        json.addProperty("validationImages", data.validation().size());
        json.addProperty("testImages", data.test().size());
        json.addProperty("labelledShare", result.labelledShare());
        json.addProperty("fullMasks", result.hasMasks());
        if (Double.isFinite(result.maskEnergy())) {
            json.addProperty("maskEnergy", result.maskEnergy());
        }
        JsonArray rows = new JsonArray();
        result.best().forEach(outcome -> rows.add(row(outcome)));
        json.add("rows", rows);
        JsonArray equal = new JsonArray();
        settings.lambdas().forEach(lambda -> equal.add(equal(result, lambda)));
        json.add("equalLambda", equal);
        JsonArray sweep = new JsonArray();
        result.outcomes().forEach(outcome -> sweep.add(row(outcome)));
        json.add("sweep", sweep);
    }

    private static JsonObject row(Outcome outcome) {
        JsonObject row = new JsonObject();
        row.addProperty("method", outcome.method().id());
        row.addProperty("lambda", outcome.lambda());
        add(row, "energy", outcome.energy());
        add(row, "relaxedEnergy", outcome.relaxed());
        add(row, "miou", outcome.miou());
        add(row, "trainMiou", outcome.trainMiou());
        add(row, "validationMiou", outcome.validationMiou());
        row.addProperty("seconds", outcome.seconds().mean());
        JsonArray curve = new JsonArray();
        double[] epochs = outcome.epochs();
        double[] energies = outcome.energies();
        for (int i = 0; i < epochs.length; i++) {
            JsonObject point = new JsonObject();
            point.addProperty("epoch", epochs[i]);
            point.addProperty("energy", energies[i]);
            curve.add(point);
        }
        row.add("curve", curve);
        return row;
    }

    private static JsonObject equal(Result result, double lambda) {
        JsonObject row = new JsonObject();
        row.addProperty("lambda", lambda);
        add(row, "gdGridEnergy", result.of(Method.GD_GRID, lambda).energy());
        add(row, "gdTvEnergy", result.of(Method.GD_TV, lambda).energy());
        add(row, "admEnergy", result.of(Method.ADM, lambda).energy());
        return row;
    }

    /** Scores of images without any label are no numbers, nor are intervals of a single seed. */
    private static void add(JsonObject json, String key, Measured measured) {
        if (Double.isFinite(measured.mean())) {
            json.addProperty(key, measured.mean());
        }
        if (Double.isFinite(measured.half())) {
            json.addProperty(key + "Interval", measured.half());
        }
    }
}
