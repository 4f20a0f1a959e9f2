package io.github.gradkit.tracin;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.gradkit.tracin.internal.Factor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The factors of as many test examples as fit the memory, kept while the training side passes by.
 */
final class TestBlock implements AutoCloseable {

    /** Batches are joined up to this many examples: fewer, larger products. */
    private static final int JOINED_EXAMPLES = 1024;

    private final NDManager parent;
    private final List<Part> parts = new ArrayList<>();
    private NDManager owner;

    TestBlock(NDManager parent) {
        this.parent = parent;
        this.owner = parent.newSubManager();
    }

    /**
     * Some consecutive test examples: the index of the first, how many, and their factors by layer.
     */
    record Part(int first, int size, List<Optional<Factor>> factors) {}

    void add(int first, int size, List<Optional<Factor>> factors) {
        factors.forEach(factor -> factor.ifPresent(f -> f.attach(owner)));
        parts.add(new Part(first, size, factors));
    }

    List<Part> parts() {
        return parts;
    }

    /** The index of the block's first test example. */
    int first() {
        return parts.get(0).first();
    }

    /** Joins neighbouring parts where all factors have the same form and positions. */
    void join() {
        List<Part> separate = List.copyOf(parts);
        parts.clear();
        for (Part part : separate) {
            int last = parts.size() - 1;
            if (last >= 0 && canJoin(parts.get(last), part)) {
                parts.set(last, joined(parts.get(last), part));
            } else {
                parts.add(part);
            }
        }
    }

    private static boolean canJoin(Part a, Part b) {
        if (a.size() + b.size() > JOINED_EXAMPLES) {
            return false;
        }
        for (int layer = 0; layer < a.factors().size(); layer++) {
            if (!shapes(a.factors().get(layer)).equals(shapes(b.factors().get(layer)))) {
                return false;
            }
        }
        return true;
    }

    private static List<String> shapes(Optional<Factor> factor) {
        return factor.map(Factor::arrays).orElse(List.of()).stream()
                .map(array -> array.getShape().slice(1).toString())
                .toList();
    }

    private static Part joined(Part a, Part b) {
        List<Optional<Factor>> factors = new ArrayList<>();
        for (int layer = 0; layer < a.factors().size(); layer++) {
            Optional<Factor> other = b.factors().get(layer);
            factors.add(a.factors().get(layer).map(factor -> joined(factor, other.orElseThrow())));
        }
        return new Part(a.first(), a.size() + b.size(), factors);
    }

    private static Factor joined(Factor a, Factor b) {
        List<NDArray> arrays = new ArrayList<>();
        for (int i = 0; i < a.arrays().size(); i++) {
            NDArray left = a.arrays().get(i);
            NDArray right = b.arrays().get(i);
            arrays.add(NDArrays.concat(new NDList(left, right)));
            left.close();
            right.close();
        }
        return a instanceof Factor.Rows
                ? new Factor.Rows(arrays)
                : new Factor.Positions(arrays.get(0), arrays.get(1));
    }

    void clear() {
        parts.clear();
        owner.close();
        owner = parent.newSubManager();
    }

    @Override
    public void close() {
        owner.close();
    }
}
