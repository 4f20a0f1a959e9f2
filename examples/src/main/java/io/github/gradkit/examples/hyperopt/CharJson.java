package io.github.gradkit.examples.hyperopt;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;

/** The figures of the text experiment for other programs. */
final class CharJson {

    private CharJson() {}

    static void addTo(JsonObject json, CharResult result) {
        json.addProperty("model", "char-rnn");
        json.addProperty("epochs", result.epochs());
        json.addProperty("characters", result.text().numbers().length);
        json.addProperty("alphabet", result.text().alphabet().length());
        json.addProperty("semantics", result.style().semantics().toString());
        json.addProperty("safe", result.style().safe());
        JsonArray runs = new JsonArray();
        for (CharResult.Line line : result.lines()) {
            JsonObject run = new JsonObject();
            run.addProperty("optimizer", line.name());
            JsonArray values = new JsonArray();
            for (int epoch = 1; epoch <= result.epochs(); epoch++) {
                double value = line.after(epoch);
                if (Double.isNaN(value)) {
                    values.add(JsonNull.INSTANCE);
                } else {
                    values.add(value);
                }
            }
            run.add("perplexity", values);
            run.addProperty("diverged", Double.isNaN(line.after(result.epochs())));
            run.add("learned", GridJson.learned(line.learned()));
            runs.add(run);
        }
        json.add("runs", runs);
    }
}
