package io.github.gradkit.examples.tracin;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.github.gradkit.examples.cli.Versions;

/** The figures of a run for other programs. */
final class JsonSummary {

    private JsonSummary() {}

    static String of(Settings settings, Outcome outcome) {
        JsonObject json = new JsonObject();
        json.addProperty("command", TracInCommand.NAME);
        addSettings(json, settings);
        JsonObject versions = new JsonObject();
        versions.addProperty("gradkit", Versions.gradkit());
        versions.addProperty("djl", Versions.djl());
        versions.addProperty("engine", Versions.engine());
        json.add("versions", versions);
        outcome.seconds().forEach((part, value) -> json.addProperty("seconds." + part, value));
        addFigures(json, outcome);
        return new GsonBuilder().setPrettyPrinting().create().toJson(json) + System.lineSeparator();
    }

    private static void addSettings(JsonObject json, Settings settings) {
        json.addProperty("seed", settings.seed());
        json.addProperty("dataset", settings.dataset().toString());
        json.addProperty("model", settings.model().toString());
        json.addProperty("flip", settings.flip().toString());
        json.addProperty("flipRate", settings.flipRate());
        json.addProperty("epochs", settings.epochs());
        json.addProperty("batchSize", settings.batchSize());
        json.addProperty(
                "learningRate", Double.parseDouble(Float.toString(settings.learningRate())));
        json.addProperty("checkpoints", settings.checkpoints());
        json.addProperty("layers", settings.layers().text());
    }

    private static void addFigures(JsonObject json, Outcome outcome) {
        json.addProperty("trainExamples", outcome.train().size());
        json.addProperty("testExamples", outcome.test().size());
        json.addProperty("flipped", outcome.flips().count());
        json.addProperty("testAccuracy", outcome.testAccuracy());
        json.addProperty("suggestionsRight", outcome.rightSuggestionShare());
        outcome.rankings()
                .forEach(
                        (method, ranking) -> json.addProperty("auc" + method.key(), ranking.auc()));
        outcome.rankings().forEach((method, ranking) -> addRecovered(json, method, ranking));
    }

    private static void addRecovered(JsonObject json, Method method, Ranking ranking) {
        for (int percent : Ranking.PERCENTS) {
            json.addProperty(
                    "recovered" + method.key() + "." + percent,
                    ranking.foundWithinPercent(percent));
        }
    }
}
