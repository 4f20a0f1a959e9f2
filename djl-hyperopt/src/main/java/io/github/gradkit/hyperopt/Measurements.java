package io.github.gradkit.hyperopt;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The inner products of a step's gradients with the derivatives of the last update.
 *
 * <p>Small parameters of a group are joined first: on them the cost of a native call would outweigh
 * the arithmetic. All numbers are read at once.
 */
final class Measurements implements AutoCloseable {

    /** Below this number of elements a call costs more than what it computes. */
    static final int SMALL = 16_384;

    private final Needs needs;
    private final boolean norms;
    private final boolean finite;
    private final Readback readback = new Readback();
    private final List<Entry> entries = new ArrayList<>();

    /** Where the numbers of one parameter, or of some joined ones, are read back to. */
    private static final class Entry {
        final ParameterSlot first;
        final Map<BasisVector, Integer> dots = new EnumMap<>(BasisVector.class);
        final Map<BasisVector, Map<BasisVector, Integer>> products =
                new EnumMap<>(BasisVector.class);
        int squared = -1;
        int sum = -1;

        Entry(ParameterSlot first) {
            this.first = first;
        }
    }

    /**
     * Starts the measurements of a step.
     *
     * @param needs what the rule's hypergradients need
     * @param norms whether lengths are wanted too, for cosines
     * @param finite whether to look for numbers that are not finite
     */
    Measurements(Needs needs, boolean norms, boolean finite) {
        this.needs = needs;
        this.norms = norms;
        this.finite = finite;
    }

    /** Measures one parameter. */
    void measure(ParameterSlot slot, @Nullable AppliedValues last) {
        measure(List.of(slot), last);
    }

    /**
     * Measures parameters, the small ones of a group together.
     *
     * @param slots the parameters, in order
     * @param lastByGroup the hyperparameters of the last update by group; empty if none are tuned
     */
    void measureAll(Collection<ParameterSlot> slots, List<AppliedValues> lastByGroup) {
        Map<List<Object>, List<ParameterSlot>> parts = new LinkedHashMap<>();
        for (ParameterSlot slot : slots) {
            Object alone = slot.size() < SMALL ? "small" : slot;
            NDArray weight = slot.weight();
            List<Object> part =
                    List.of(
                            slot.group(),
                            alone,
                            slot.canMeasure(needs),
                            weight.getDataType(),
                            weight.getDevice());
            parts.computeIfAbsent(part, p -> new ArrayList<>()).add(slot);
        }
        for (List<ParameterSlot> part : parts.values()) {
            measure(part, lastByGroup.isEmpty() ? null : lastByGroup.get(part.get(0).group()));
        }
    }

    private void measure(List<ParameterSlot> part, @Nullable AppliedValues last) {
        Entry entry = new Entry(part.get(0));
        entries.add(entry);
        try (JoinedArrays joined = JoinedArrays.of(part, needs.weight())) {
            NDArray gradient = joined.gradient();
            if (finite) {
                entry.sum = readback.add(gradient.sum());
            }
            if (norms) {
                entry.squared = readback.add(gradient.dot(gradient));
            }
            if (last != null && part.get(0).canMeasure(needs)) {
                try (Basis basis = WeightBasis.of(needs, joined.last(), last)) {
                    measure(entry, basis, gradient);
                }
            }
        }
    }

    private void measure(Entry entry, Basis basis, NDArray gradient) {
        basis.vectors()
                .forEach(
                        (name, vector) -> entry.dots.put(name, readback.add(gradient.dot(vector))));
        if (!norms) {
            return;
        }
        basis.vectors()
                .forEach(
                        (name, vector) -> {
                            Map<BasisVector, Integer> row = new EnumMap<>(BasisVector.class);
                            basis.vectors()
                                    .forEach(
                                            (other, one) ->
                                                    row.put(other, readback.add(vector.dot(one))));
                            entry.products.put(name, row);
                        });
    }

    /**
     * Reads the numbers and puts them together.
     *
     * @param derivatives by group and tuned hyperparameter, how the last update depended on it
     * @return sums over all parameters of each group
     */
    Measured read(List<List<Coefficients>> derivatives) {
        double[] numbers = readback.read();
        // The same order whatever the order of arrival, for the same bits.
        entries.sort(Comparator.comparing(entry -> entry.first, ParameterSlot.ORDER));
        Measured result = Measured.zero(derivatives);
        for (Entry entry : entries) {
            if (finite) {
                result.check(numbers[entry.sum]);
            }
            int group = entry.first.group();
            if (norms) {
                result.addGradient(group, numbers[entry.squared]);
            }
            List<Coefficients> some = derivatives.isEmpty() ? List.of() : derivatives.get(group);
            for (int k = 0; k < some.size(); k++) {
                add(result, entry, numbers, group, k, some.get(k));
            }
        }
        return result;
    }

    private void add(
            Measured result, Entry entry, double[] numbers, int group, int k, Coefficients c) {
        double dot = 0;
        double square = 0;
        double parts = 0;
        for (Map.Entry<BasisVector, Integer> one : entry.dots.entrySet()) {
            double factor = c.of(one.getKey());
            // Not 0 * NaN: a vector without a part in this derivative does not spoil it.
            if (factor != 0) {
                dot += factor * numbers[one.getValue()];
                square += factor * row(entry, numbers, one.getKey(), c);
                parts += factor * factor * own(entry, numbers, one.getKey());
            }
        }
        result.add(group, k, dot, square, parts);
    }

    private static double own(Entry entry, double[] numbers, BasisVector vector) {
        Integer place = entry.products.getOrDefault(vector, Map.of()).get(vector);
        return place == null ? 0 : numbers[place];
    }

    private double row(Entry entry, double[] numbers, BasisVector vector, Coefficients c) {
        double sum = 0;
        for (Map.Entry<BasisVector, Integer> other :
                entry.products.getOrDefault(vector, Map.of()).entrySet()) {
            double factor = c.of(other.getKey());
            sum += factor == 0 ? 0 : factor * numbers[other.getValue()];
        }
        return sum;
    }

    @Override
    public void close() {
        readback.close();
        entries.clear();
    }
}
