package io.github.gradkit.hyperopt;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The numbers of a tower that are saved beside its arrays.
 *
 * @param signature what the tower is made of
 * @param step steps made
 * @param schedule the value of the base schedule in the last step
 * @param skippedSteps steps left out
 * @param skippedTunings steps without tuning
 * @param reverts how often the tower went back
 * @param groups the base's hyperparameters by group
 * @param levels the levels above the base
 * @param parameters what is kept of each parameter, by path
 * @param roster who takes part in a step, by path, with the number of devices; empty if nobody has
 *     to wait for others
 */
record TowerState(
        String signature,
        long step,
        float schedule,
        long skippedSteps,
        long skippedTunings,
        long reverts,
        Map<String, Numbers> groups,
        List<LevelState> levels,
        Map<String, Kept> parameters,
        Map<String, Integer> roster) {

    static final String KIND = "hyper-tower";
    static final int VERSION = 1;
    static final String PROPERTY = "tower";

    private static final Gson GSON =
            new GsonBuilder().serializeSpecialFloatingPointValues().create();

    String toJson() {
        return GSON.toJson(this);
    }

    /** Reads what {@link #toJson()} wrote; empty if something else or only a part is there. */
    static Optional<TowerState> fromJson(String json) {
        try {
            TowerState state = GSON.fromJson(json, TowerState.class);
            boolean complete =
                    state != null
                            && Stream.of(
                                            state.signature,
                                            state.groups,
                                            state.levels,
                                            state.parameters,
                                            state.roster)
                                    .allMatch(Objects::nonNull);
            return complete ? Optional.of(state) : Optional.empty();
        } catch (JsonParseException e) {
            return Optional.empty();
        }
    }

    static String gradientName(String path) {
        return path + "/gradient";
    }

    static String memoryName(String path, int i) {
        return path + "/memory" + i;
    }

    /**
     * What is kept of a parameter beside its arrays.
     *
     * @param replicas on how many devices it is
     * @param lastUpdate the number of the step that last updated it
     */
    record Kept(int replicas, long lastUpdate) {}

    /**
     * The hyperparameters of a group.
     *
     * @param raw the tuned raw numbers
     * @param values the values of all hyperparameters
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Numbers(double[] raw, Map<Hyperparameter, Double> values) {

        static Numbers of(HyperValues hypers) {
            return new Numbers(hypers.raw(), hypers.asMap());
        }

        void restore(HyperValues hypers) {
            hypers.fix(values);
            hypers.restore(raw, hypers.values());
        }
    }
}
