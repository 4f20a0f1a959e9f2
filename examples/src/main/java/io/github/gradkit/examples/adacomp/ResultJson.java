package io.github.gradkit.examples.adacomp;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.gradkit.adacomp.train.LayerTraffic;

/** The results as JSON. */
final class ResultJson {

    private ResultJson() {}

    static void addTo(JsonObject json, Result result) {
        Settings settings = result.settings();
        json.addProperty("learners", settings.learners());
        json.addProperty("batchSize", settings.batchSize());
        json.addProperty("epochs", settings.epochs());
        json.addProperty("optimizer", settings.optimizer().toString());
        json.addProperty("trainImages", result.data().train().size());
        json.addProperty("testImages", result.data().test().size());
        json.addProperty("accuracyDense", result.dense().finalAccuracy());
        result.of(CompressorKind.ADACOMP)
                .ifPresent(
                        outcome -> {
                            json.addProperty("accuracyAdaComp", outcome.finalAccuracy());
                            json.addProperty("ratePaper", outcome.ratePaper());
                            json.addProperty("rateBytes", outcome.rateBytes());
                            json.add("layers", layers(outcome));
                        });
        JsonArray rows = new JsonArray();
        result.outcomes().forEach(outcome -> rows.add(row(result, outcome)));
        json.add("rows", rows);
    }

    private static JsonObject row(Result result, Outcome outcome) {
        JsonObject row = new JsonObject();
        row.addProperty("compressor", outcome.kind().toString());
        row.addProperty("accuracy", outcome.finalAccuracy());
        row.addProperty("ratePaper", outcome.ratePaper());
        row.addProperty("rateBytes", outcome.rateBytes());
        row.addProperty("bytes", outcome.bytes());
        row.addProperty("steps", outcome.tally().steps());
        row.addProperty("packMillis", outcome.tally().packMillis());
        row.addProperty("unpackMillis", outcome.tally().unpackMillis());
        row.addProperty("computeMillis", outcome.computeMillis());
        row.addProperty("seconds", outcome.seconds());
        Link link = result.settings().link();
        if (link != null) {
            row.addProperty(
                    "stepMillisOnLink", outcome.stepMillis(link, result.settings().learners()));
        }
        JsonArray epochs = new JsonArray();
        double[] bytes = outcome.bytesByEpoch();
        for (int i = 0; i < bytes.length; i++) {
            JsonObject epoch = new JsonObject();
            epoch.addProperty("accuracy", outcome.accuracy().get(i));
            epoch.addProperty("bytes", bytes[i]);
            epochs.add(epoch);
        }
        row.add("epochs", epochs);
        return row;
    }

    private static JsonArray layers(Outcome outcome) {
        JsonArray layers = new JsonArray();
        for (LayerTraffic figures : outcome.tally().layers()) {
            JsonObject layer = new JsonObject();
            layer.addProperty("path", figures.path());
            layer.addProperty("size", figures.size());
            if (figures.paperBits() > 0) {
                layer.addProperty("ratePaper", figures.ratePaper());
            }
            layer.addProperty("rateBytes", figures.rateBytes());
            if (figures.binLength() > 0) {
                layer.addProperty("sentPerBin", figures.sentPerBin());
            }
            if (!Double.isNaN(figures.residueToGradient())) {
                layer.addProperty("residueToGradient", figures.residueToGradient());
            }
            layers.add(layer);
        }
        return layers;
    }
}
