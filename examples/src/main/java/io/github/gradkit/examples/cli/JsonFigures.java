package io.github.gradkit.examples.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.util.Map;

/** The form of the JSON files that all commands have in common. */
public final class JsonFigures {

    private JsonFigures() {}

    /**
     * Starts the figures of a run.
     *
     * @param command the name of the command
     * @param seed the seed of the run
     * @param dataset the data set
     * @param seconds how long the parts of the run took, by name
     * @return an object with these, and with the versions of what is running
     */
    public static JsonObject start(
            String command, long seed, String dataset, Map<String, Double> seconds) {
        JsonObject json = new JsonObject();
        json.addProperty("command", command);
        json.addProperty("seed", seed);
        json.addProperty("dataset", dataset);
        JsonObject versions = new JsonObject();
        versions.addProperty("gradkit", Versions.gradkit());
        versions.addProperty("djl", Versions.djl());
        versions.addProperty("engine", Versions.engine());
        json.add("versions", versions);
        seconds.forEach((part, value) -> json.addProperty("seconds." + part, value));
        return json;
    }

    /**
     * Writes figures as text.
     *
     * @param json the figures
     * @return lines of JSON
     */
    public static String text(JsonObject json) {
        return new GsonBuilder().setPrettyPrinting().create().toJson(json) + System.lineSeparator();
    }
}
