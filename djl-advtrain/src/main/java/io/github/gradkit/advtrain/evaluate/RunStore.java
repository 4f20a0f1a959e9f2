package io.github.gradkit.advtrain.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.Gson;
import com.google.gson.JsonSyntaxException;
import com.google.gson.reflect.TypeToken;
import io.github.gradkit.advtrain.attack.AttackStage;
import io.github.gradkit.advtrain.attack.Ledger;
import io.github.gradkit.support.state.StateFile;
import io.github.gradkit.support.state.StateFileException;
import io.github.gradkit.support.state.StateHeader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All tallies of an evaluation, in memory and, if wanted, in a file. */
final class RunStore {

    static final String KIND = "advtrain-evaluation";
    static final int VERSION = 1;
    static final String DATA = "data";
    static final String WEIGHTS = "weights";
    static final String SETTINGS = "settings";
    private static final String RUNS = "runs";
    private static final String FACTS = "facts";
    private static final Gson GSON = new Gson();

    private final @Nullable Path file;
    private final StateHeader header;
    private final int examples;
    private final Map<String, Tally> runs = new LinkedHashMap<>();
    private final Map<String, String> facts = new LinkedHashMap<>();
    private boolean resumed;

    private RunStore(@Nullable Path file, StateHeader header, int examples) {
        this.file = file;
        this.header = header;
        this.examples = examples;
    }

    /** What a run cost, as the header keeps it. */
    private record Cost(Ledger ledger, double seconds, List<AttackStage> stages) {}

    /** Starts without tallies, or with those of the file if there is one. */
    static RunStore open(@Nullable Path file, StateHeader header, int examples, NDManager manager)
            throws StateFileException {
        RunStore store = new RunStore(file, header, examples);
        if (file != null && Files.exists(file)) {
            store.read(file, manager);
        }
        return store;
    }

    private void read(Path from, NDManager parent) throws StateFileException {
        StateHeader theirs = StateFile.readHeader(from);
        theirs.require(from, KIND, VERSION, header.fingerprint());
        requireSame(from, theirs, DATA, "data set", "Evaluate the same examples in the same order");
        requireSame(from, theirs, WEIGHTS, "model", "Load the weights it was written with");
        requireSame(from, theirs, SETTINGS, "evaluation", "Use the settings it was written with");
        try (NDManager manager = parent.newSubManager()) {
            Map<String, NDArray> arrays = StateFile.read(from, manager).arrays();
            Map<String, Cost> costs = json(theirs, RUNS, new TypeToken<>() {});
            Map<String, String> known = json(theirs, FACTS, new TypeToken<>() {});
            if (costs == null || known == null) {
                throw incomplete(from);
            }
            facts.putAll(known);
            for (Map.Entry<String, Cost> cost : costs.entrySet()) {
                NDArray status = arrays.get(cost.getKey() + "/status");
                NDArray margins = arrays.get(cost.getKey() + "/margins");
                if (status == null || margins == null || status.size() != examples) {
                    throw incomplete(from);
                }
                runs.put(
                        cost.getKey(),
                        new Tally(
                                status.toByteArray(),
                                margins.toDoubleArray(),
                                cost.getValue().ledger(),
                                cost.getValue().seconds(),
                                cost.getValue().stages()));
            }
        }
        resumed = true;
    }

    private static <T> @Nullable T json(StateHeader header, String name, TypeToken<T> type) {
        try {
            return GSON.fromJson(header.properties().get(name), type);
        } catch (JsonSyntaxException e) {
            return null;
        }
    }

    private static StateFileException incomplete(Path file) {
        return new StateFileException(
                "State file "
                        + file
                        + ": it does not hold the figures of an evaluation. Delete it to start"
                        + " over.");
    }

    private void requireSame(Path from, StateHeader theirs, String name, String what, String remedy)
            throws StateFileException {
        String here = header.properties().getOrDefault(name, "");
        String there = theirs.properties().getOrDefault(name, "");
        if (!here.equals(there)) {
            throw new StateFileException(
                    "State file "
                            + from
                            + ": it belongs to another "
                            + what
                            + " ("
                            + there
                            + "), but this one is "
                            + here
                            + ". Figures of different ones must not be mixed. "
                            + remedy
                            + ", or delete the file to start over.");
        }
    }

    /** Tells whether there was a file to go on with. */
    boolean isResumed() {
        return resumed;
    }

    @Nullable Path file() {
        return file;
    }

    /** Returns the tally of a run, a new one if the run has not begun. */
    Tally tally(String key) {
        return runs.computeIfAbsent(key, name -> new Tally(examples));
    }

    @Nullable String fact(String name) {
        return facts.get(name);
    }

    void putFact(String name, String value, NDManager manager) throws StateFileException {
        facts.put(name, value);
        save(manager);
    }

    /** Replaces the file, if one is wanted. */
    void save(NDManager parent) throws StateFileException {
        if (file == null) {
            return;
        }
        Map<String, Cost> costs = new LinkedHashMap<>();
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        try (NDManager manager = parent.newSubManager()) {
            runs.forEach(
                    (key, tally) -> {
                        costs.put(key, new Cost(tally.ledger(), tally.seconds(), tally.stages()));
                        ByteBuffer status = ByteBuffer.allocateDirect(examples);
                        status.put(tally.status()).rewind();
                        arrays.put(
                                key + "/status",
                                manager.create(status, new Shape(examples), DataType.INT8));
                        arrays.put(key + "/margins", manager.create(tally.margins()));
                    });
            StateHeader full =
                    header.withProperty(RUNS, GSON.toJson(costs))
                            .withProperty(FACTS, GSON.toJson(facts));
            StateFile.write(file, full, arrays);
        }
    }
}
