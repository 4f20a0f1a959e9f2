package io.github.gradkit.examples.tracin;

import com.google.gson.JsonObject;
import io.github.gradkit.examples.cli.JsonFigures;

/** The figures of a run for other programs. */
final class JsonSummary {

    private JsonSummary() {}

    static String of(Settings settings, Outcome outcome) {
        JsonObject json =
                JsonFigures.start(
                        TracInCommand.NAME,
                        settings.seed(),
                        settings.dataset().toString(),
                        outcome.seconds());
        addSettings(json, settings);
        addFigures(json, outcome);
        return JsonFigures.text(json);
    }

    private static void addSettings(JsonObject json, Settings settings) {
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
