package io.github.gradkit.hyperopt;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
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
    static final int SMALL = 4_096;

    /** More elements than this are measured piece by piece. */
    static final int CHUNK = 131_072;

    private final Needs needs;
    private final boolean norms;
    private final boolean finite;
    private final long step;
    private final Readback readback = new Readback();
    private final List<Entry> entries = new ArrayList<>();
    private final List<List<ParameterSlot>> joined = new ArrayList<>();

    /** Where the numbers of one parameter, or of some joined ones, are read back to. */
    private static final class Entry {
        final ParameterSlot first;
        final int number;
        final Map<BasisVector, Integer> dots = new EnumMap<>(BasisVector.class);
        final Map<BasisVector, Map<BasisVector, Integer>> products =
                new EnumMap<>(BasisVector.class);
        int squared = -1;
        int sum = -1;

        Entry(ParameterSlot first, int number) {
            this.first = first;
            this.number = number;
        }
    }

    /**
     * Starts the measurements of a step.
     *
     * @param needs what the rule's hypergradients need
     * @param norms whether lengths are wanted too, for cosines
     * @param finite whether to look for numbers that are not finite
     * @param step the number of the last step
     */
    Measurements(Needs needs, boolean norms, boolean finite, long step) {
        this.needs = needs;
        this.norms = norms;
        this.finite = finite;
        this.step = step;
    }

    /** Measures one parameter whose gradient has just come. */
    void measure(ParameterSlot slot, NDArray gradient, @Nullable AppliedValues last) {
        try (JoinedArrays arrays = JoinedArrays.of(slot, gradient, needs.weight())) {
            measure(slot, arrays, last);
        }
    }

    /**
     * Measures parameters, the small ones of a group together.
     *
     * @param slots the parameters, in order, with their gradients stashed
     * @param lastByGroup the hyperparameters of the last update by group; empty if none are tuned
     * @param shared the vectors of small parameters
     */
    void measureAll(
            List<ParameterSlot> slots, List<AppliedValues> lastByGroup, SharedVectors shared) {
        for (List<ParameterSlot> part : parts(slots)) {
            AppliedValues last =
                    lastByGroup.isEmpty() ? null : lastByGroup.get(part.get(0).group());
            try (JoinedArrays arrays = arrays(part, shared)) {
                measure(part.get(0), arrays, last);
            }
        }
    }

    /** The small parameters that {@link #measureAll} measured together. */
    List<List<ParameterSlot>> joined() {
        return joined;
    }

    private JoinedArrays arrays(List<ParameterSlot> part, SharedVectors shared) {
        SmallParameters small = shared.of(part);
        NDArray gradient = small == null ? null : small.gradient();
        return small == null || gradient == null
                ? JoinedArrays.of(part, needs.weight())
                : JoinedArrays.of(small, gradient, part, needs);
    }

    private record Part(int group, boolean canMeasure, DataType type, Device device) {}

    private List<List<ParameterSlot>> parts(List<ParameterSlot> slots) {
        List<List<ParameterSlot>> parts = new ArrayList<>();
        Map<Part, List<ParameterSlot>> small = new LinkedHashMap<>();
        for (ParameterSlot slot : slots) {
            if (slot.size() >= SMALL) {
                parts.add(List.of(slot));
                continue;
            }
            NDArray weight = slot.weight();
            Part part =
                    new Part(
                            slot.group(),
                            slot.canMeasure(needs, step),
                            weight.getDataType(),
                            weight.getDevice());
            small.computeIfAbsent(part, p -> new ArrayList<>()).add(slot);
        }
        joined.addAll(small.values());
        parts.addAll(small.values());
        return parts;
    }

    private void measure(ParameterSlot first, JoinedArrays arrays, @Nullable AppliedValues last) {
        long size = arrays.gradient().size();
        if (size <= CHUNK) {
            measureChunk(first, arrays, last);
            return;
        }
        // What is computed on the way stays in the processor's cache.
        for (long from = 0; from < size; from += CHUNK) {
            try (JoinedArrays chunk = arrays.slice(from, Math.min(size, from + CHUNK))) {
                measureChunk(first, chunk, last);
            }
        }
    }

    private void measureChunk(
            ParameterSlot first, JoinedArrays arrays, @Nullable AppliedValues last) {
        Entry entry = new Entry(first, entries.size());
        entries.add(entry);
        NDArray gradient = arrays.gradient();
        if (finite) {
            entry.sum = readback.add(gradient.sum(), first.weight());
        }
        if (norms) {
            entry.squared = readback.add(gradient.dot(gradient), first.weight());
        }
        if (last == null || !first.canMeasure(needs, step)) {
            return;
        }
        if (AdamProducts.cover(last.spec(), norms)) {
            AdamProducts.of(gradient, needs, arrays.last(), last)
                    .forEach(
                            (name, product) ->
                                    entry.dots.put(name, readback.add(product, first.weight())));
            return;
        }
        try (Basis basis = WeightBasis.of(needs, arrays.last(), last)) {
            measure(entry, basis, gradient);
        }
    }

    private void measure(Entry entry, Basis basis, NDArray gradient) {
        NDArray like = entry.first.weight();
        basis.vectors()
                .forEach(
                        (name, vector) ->
                                entry.dots.put(name, readback.add(gradient.dot(vector), like)));
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
                                                    row.put(
                                                            other,
                                                            readback.add(vector.dot(one), like)));
                            entry.products.put(name, row);
                        });
    }

    /**
     * Reads the numbers and puts them together.
     *
     * @param derivatives by group and tuned hyperparameter, how the last update depended on it
     * @param rescale the factor that gradients are multiplied by before they are used
     * @return sums over all parameters of each group
     */
    Measured read(List<List<Coefficients>> derivatives, float rescale) {
        double[] numbers = readback.read();
        // The same order whatever the order of arrival, for the same bits.
        entries.sort(
                Comparator.comparing((Entry entry) -> entry.first, ParameterSlot.ORDER)
                        .thenComparing(entry -> entry.number));
        Measured result = Measured.zero(derivatives);
        for (Entry entry : entries) {
            if (finite) {
                result.check(numbers[entry.sum]);
            }
            int group = entry.first.group();
            if (norms) {
                result.addGradient(group, numbers[entry.squared] * rescale * rescale);
            }
            List<Coefficients> some = derivatives.isEmpty() ? List.of() : derivatives.get(group);
            for (int k = 0; k < some.size(); k++) {
                add(result, entry, numbers, rescale, k, some.get(k));
            }
        }
        return result;
    }

    private void add(
            Measured result, Entry entry, double[] numbers, double rescale, int k, Coefficients c) {
        double dot = 0;
        double square = 0;
        double parts = 0;
        for (Map.Entry<BasisVector, Integer> one : entry.dots.entrySet()) {
            double factor = c.of(one.getKey());
            // Not 0 * NaN: a vector without a part in this derivative does not spoil it.
            if (factor != 0) {
                dot += factor * rescale * numbers[one.getValue()];
                square += factor * row(entry, numbers, one.getKey(), c);
                parts += factor * factor * own(entry, numbers, one.getKey());
            }
        }
        result.add(entry.first.group(), k, dot, square, parts);
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
