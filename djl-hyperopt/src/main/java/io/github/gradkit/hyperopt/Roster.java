package io.github.gradkit.hyperopt;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which parameters take part in a step, with the number of devices each is on. */
final class Roster {

    private final Map<String, Integer> replicas = new HashMap<>();
    private int total;

    /** The roster of a step in which exactly these took part. */
    static Roster of(Iterable<ParameterSlot> slots) {
        Roster roster = new Roster();
        slots.forEach(slot -> roster.addOne(slot.id()));
        return roster;
    }

    void add(String id, int count) {
        Integer before = replicas.put(id, count);
        total += count - (before == null ? 0 : before);
    }

    void addOne(String id) {
        add(id, replicas.getOrDefault(id, 0) + 1);
    }

    /** Says that every parameter is on at least so many devices: a trainer has all on all. */
    void onDevices(int count) {
        List.copyOf(replicas.keySet()).forEach(id -> add(id, Math.max(of(id), count)));
    }

    /** The same roster without some parameters. */
    Roster without(Set<String> ids) {
        Roster rest = new Roster();
        replicas.forEach(
                (id, count) -> {
                    if (!ids.contains(id)) {
                        rest.add(id, count);
                    }
                });
        return rest;
    }

    Set<String> ids() {
        return Collections.unmodifiableSet(replicas.keySet());
    }

    boolean contains(String id) {
        return replicas.containsKey(id);
    }

    int of(String id) {
        return replicas.getOrDefault(id, 0);
    }

    int total() {
        return total;
    }
}
