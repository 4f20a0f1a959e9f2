package io.github.gradkit.learninit.log;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rows of a log, in memory, the latest ones if there is a capacity. */
final class LogRows {

    private final Shape argument;
    private final int capacity;
    private final List<Column> known = new ArrayList<>();
    private final Column starts;
    private final Column ends;
    private final Column values = new Column(new Shape(1));
    private final Column steps = new Column(new Shape(1));

    LogRows(Shape argument, int capacity) {
        this.argument = argument;
        this.capacity = capacity;
        starts = new Column(argument);
        ends = new Column(argument);
    }

    void append(LogBatch batch) {
        batch.requireFit(argument, known.isEmpty() ? null : knownShapes());
        if (known.isEmpty()) {
            batch.known().forEach(part -> known.add(new Column(part.rowShape())));
        }
        for (int i = 0; i < known.size(); i++) {
            known.get(i).append(batch.known().get(i).numbers());
        }
        starts.append(batch.start().numbers());
        ends.append(batch.end().numbers());
        values.append(batch.values().numbers());
        steps.append(batch.steps().numbers());
        int surplus = size() - capacity;
        if (surplus > 0) {
            known.forEach(column -> column.dropFirst(surplus));
            List.of(starts, ends, values, steps).forEach(column -> column.dropFirst(surplus));
        }
    }

    LogBatch batch(int from, int to) {
        return new LogBatch(
                known.stream().map(column -> part(column, from, to)).toList(),
                part(starts, from, to),
                part(ends, from, to),
                part(values, from, to),
                part(steps, from, to));
    }

    private static LogBatch.Part part(Column column, int from, int to) {
        return new LogBatch.Part(column.batch(to - from), column.rows(from, to));
    }

    int size() {
        return values.rows();
    }

    Shape argument() {
        return argument;
    }

    List<Shape> knownShapes() {
        return known.stream().map(Column::shape).toList();
    }

    NDList known(NDManager manager, int[] rows) {
        NDList taken = new NDList();
        known.forEach(column -> taken.add(column.take(manager, rows)));
        return taken;
    }

    Column starts() {
        return starts;
    }

    Column ends() {
        return ends;
    }

    Column values() {
        return values;
    }

    /** The row with the lowest value of each instance. */
    int[] best() {
        Map<RowKey, Integer> best = new LinkedHashMap<>();
        for (int row = 0; row < size(); row++) {
            RowKey instance = new RowKey(parts(row));
            best.merge(instance, row, (a, b) -> value(b) < value(a) ? b : a);
        }
        return best.values().stream().mapToInt(Integer::intValue).toArray();
    }

    private float value(int row) {
        return values.row(row)[0];
    }

    /** What was known and where the solver started, of each row. */
    Set<RowKey> runs() {
        Set<RowKey> runs = new HashSet<>();
        for (int row = 0; row < size(); row++) {
            List<float[]> parts = parts(row);
            parts.add(starts.row(row));
            runs.add(new RowKey(parts));
        }
        return runs;
    }

    private List<float[]> parts(int row) {
        List<float[]> parts = new ArrayList<>();
        known.forEach(column -> parts.add(column.row(row)));
        return parts;
    }
}
