package io.github.gradkit.examples.learninit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Collects what comes of the starts, seed by seed. */
final class Board {

    private final Map<String, StartOutcome> starts = new LinkedHashMap<>();
    private final Map<Variant, Board> variants = new LinkedHashMap<>();
    private final Map<Class<? extends Material>, Material> materials = new LinkedHashMap<>();

    void add(String name, Role role, Trial trial) {
        starts.computeIfAbsent(name, n -> new StartOutcome(n, role, new ArrayList<>()))
                .trials()
                .add(trial);
    }

    /** The board of a variant of the problem, whose starts are compared by themselves. */
    Board variant(Variant variant) {
        return variants.computeIfAbsent(variant, v -> new Board());
    }

    /** The further material of a kind, which the first seed makes. */
    <T extends Material> T material(Class<T> type, Supplier<T> fresh) {
        return type.cast(materials.computeIfAbsent(type, t -> fresh.get()));
    }

    Outcome outcome(ProblemKind kind) {
        return outcome(kind, new Variant(kind.toString(), kind.title(), kind.describe()));
    }

    private Outcome outcome(ProblemKind kind, Variant self) {
        List<Outcome> others = new ArrayList<>();
        variants.forEach((variant, board) -> others.add(board.outcome(kind, variant)));
        return new Outcome(
                kind,
                self,
                List.copyOf(starts.values()),
                List.copyOf(others),
                List.copyOf(materials.values()));
    }
}
