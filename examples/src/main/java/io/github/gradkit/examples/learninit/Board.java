package io.github.gradkit.examples.learninit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects what comes of the starts, seed by seed. */
final class Board {

    private final Map<String, StartOutcome> starts = new LinkedHashMap<>();

    void add(String name, Role role, Trial trial) {
        starts.computeIfAbsent(name, n -> new StartOutcome(n, role, new ArrayList<>()))
                .trials()
                .add(trial);
    }

    Outcome outcome(ProblemKind kind) {
        return new Outcome(kind, List.copyOf(starts.values()));
    }
}
