package io.github.gradkit.tracin;

import ai.djl.ndarray.NDManager;
import io.github.gradkit.tracin.internal.Factor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The factors of as many test examples as fit the memory, kept while the training side passes by.
 */
final class TestBlock implements AutoCloseable {

    private final NDManager parent;
    private final List<Part> parts = new ArrayList<>();
    private NDManager owner;

    TestBlock(NDManager parent) {
        this.parent = parent;
        this.owner = parent.newSubManager();
    }

    /** One batch of test examples: the index of the first, and its factors by layer. */
    record Part(int first, List<Optional<Factor>> factors) {}

    void add(int first, List<Optional<Factor>> factors) {
        factors.forEach(factor -> factor.ifPresent(f -> f.attach(owner)));
        parts.add(new Part(first, factors));
    }

    List<Part> parts() {
        return parts;
    }

    /** The index of the block's first test example. */
    int first() {
        return parts.get(0).first();
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
