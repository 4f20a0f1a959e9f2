package io.github.gradkit.support.state;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The JSON form of a {@link FileLayout}, as the safetensors format prescribes it. */
final class LayoutJson {

    /** The version of the container, as opposed to the version of a kind. */
    static final int FORMAT = 1;

    static final String METADATA = "__metadata__";

    private static final String HEADER_CRC = "gradkit.header.crc32c";
    private static final String DATA_CRC = "gradkit.data.crc32c";
    private static final String FORMAT_KEY = "gradkit.format";
    private static final String HEADER = "gradkit.header";

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private LayoutJson() {}

    static String write(FileLayout layout) {
        JsonObject metadata = new JsonObject();
        metadata.addProperty(HEADER_CRC, Crc.UNKNOWN);
        metadata.addProperty(DATA_CRC, layout.dataCrc());
        metadata.addProperty(FORMAT_KEY, Integer.toString(FORMAT));
        metadata.addProperty(HEADER, GSON.toJson(header(layout.header())));
        JsonObject root = new JsonObject();
        root.add(METADATA, metadata);
        layout.entries().forEach(entry -> root.add(entry.name(), entry(entry)));
        return GSON.toJson(root);
    }

    private static JsonObject header(StateHeader header) {
        JsonObject json = new JsonObject();
        json.addProperty("kind", header.kind());
        json.addProperty("version", header.version());
        json.addProperty("fingerprint", header.fingerprint());
        json.addProperty("djlVersion", header.djlVersion());
        header.seed().ifPresent(seed -> json.addProperty("seed", seed));
        JsonObject properties = new JsonObject();
        header.properties().forEach(properties::addProperty);
        json.add("properties", properties);
        return json;
    }

    private static JsonObject entry(TensorEntry entry) {
        JsonArray shape = new JsonArray();
        for (long size : entry.shape().getShape()) {
            shape.add(size);
        }
        JsonArray offsets = new JsonArray();
        offsets.add(entry.begin());
        offsets.add(entry.end());
        JsonObject json = new JsonObject();
        json.addProperty("dtype", entry.type().asSafetensors());
        json.add("shape", shape);
        json.add("data_offsets", offsets);
        return json;
    }

    /** Returns the version of the container that the JSON names. */
    static int format(String json) {
        return Integer.parseInt(metadata(json).get(FORMAT_KEY).getAsString());
    }

    /**
     * Parses the JSON of a container of version {@link #FORMAT}.
     *
     * @throws RuntimeException of any kind if it is not of that form
     */
    static FileLayout read(String json) {
        JsonObject metadata = metadata(json);
        String header = metadata.get(HEADER).getAsString();
        JsonObject root = JsonParser.parseString(json).getAsJsonObject();
        List<TensorEntry> entries = new ArrayList<>();
        long begin = 0;
        for (Map.Entry<String, JsonElement> child : root.entrySet()) {
            if (!child.getKey().equals(METADATA)) {
                TensorEntry entry = entry(child.getKey(), child.getValue().getAsJsonObject());
                if (entry.begin() != begin) {
                    throw new IllegalArgumentException(
                            "Array '" + entry.name() + "' does not follow the one before it.");
                }
                begin = entry.end();
                entries.add(entry);
            }
        }
        return new FileLayout(
                header(JsonParser.parseString(header).getAsJsonObject()),
                List.copyOf(entries),
                metadata.get(DATA_CRC).getAsString());
    }

    private static JsonObject metadata(String json) {
        return JsonParser.parseString(json).getAsJsonObject().getAsJsonObject(METADATA);
    }

    private static StateHeader header(JsonObject json) {
        Map<String, String> properties = new LinkedHashMap<>();
        json.getAsJsonObject("properties")
                .entrySet()
                .forEach(entry -> properties.put(entry.getKey(), entry.getValue().getAsString()));
        JsonElement seed = json.get("seed");
        return new StateHeader(
                json.get("kind").getAsString(),
                json.get("version").getAsInt(),
                json.get("fingerprint").getAsString(),
                json.get("djlVersion").getAsString(),
                seed == null ? OptionalLong.empty() : OptionalLong.of(seed.getAsLong()),
                properties);
    }

    private static TensorEntry entry(String name, JsonObject json) {
        JsonArray sizes = json.getAsJsonArray("shape");
        long[] shape = new long[sizes.size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = sizes.get(i).getAsLong();
        }
        JsonArray offsets = json.getAsJsonArray("data_offsets");
        return new TensorEntry(
                name,
                DataType.fromSafetensors(json.get("dtype").getAsString()),
                new Shape(shape),
                offsets.get(0).getAsLong(),
                offsets.get(1).getAsLong());
    }
}
