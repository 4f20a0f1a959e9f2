package io.github.gradkit.hyperopt;

import ai.djl.nn.Parameter;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which parameters share their hyperparameters.
 *
 * @param byPath named groups; a parameter belongs to the first whose predicate accepts its path
 * @param perParameter whether every parameter is a group of its own instead
 */
record Grouping(Map<String, Predicate<String>> byPath, boolean perParameter) {

    static final String ALL = "";
    static final String OTHERS = "others";

    Grouping {
        byPath = new LinkedHashMap<>(byPath);
    }

    boolean isGlobal() {
        return byPath.isEmpty() && !perParameter;
    }

    /** Returns the group of each path, for all parameters that can be trained. */
    Map<String, String> of(Map<String, Parameter> parameters) {
        Map<String, String> groups = new LinkedHashMap<>();
        parameters.forEach(
                (path, parameter) -> {
                    if (!ParameterPaths.isRunningStatistic(parameter)) {
                        groups.put(path, groupOf(path));
                    }
                });
        for (String name : byPath.keySet()) {
            if (!groups.containsValue(name)) {
                throw new IllegalStateException(
                        "No parameter belongs to group '"
                                + name
                                + "', so its predicate or its place among the groups is wrong. The"
                                + " parameters are "
                                + new TreeSet<>(groups.keySet())
                                + ".");
            }
        }
        return groups;
    }

    private String groupOf(String path) {
        if (perParameter) {
            return path;
        }
        return byPath.entrySet().stream()
                .filter(group -> group.getValue().test(path))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(byPath.isEmpty() ? ALL : OTHERS);
    }

    static List<String> names(Map<String, String> groups) {
        return groups.values().stream().distinct().toList();
    }
}
