package io.github.gradkit.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.training.optimizer.Optimizer;
import java.util.HashMap;
import java.util.Map;

/**
 * DJL's update and nothing but the passes over memory that hypergradients take: each gradient is
 * kept, and multiplied with the derivatives of the last update. No hyperparameter is computed from
 * it, nothing waits, and nothing is read back.
 *
 * <p>This is the floor of a tower of height 1 that is made of DJL's array operations.
 */
final class BareProducts extends Optimizer {

    private static final NDIndex ALL = new NDIndex("...");
    private static final float EPSILON = 1e-8f;

    /** Which hyperparameters the products are for. */
    enum Products {
        SGD,
        ADAM_ALPHA,
        ADAM
    }

    private final Products products;
    private final Map<String, Kept> kept = new HashMap<>();

    private record Kept(NDArray gradient, NDArray flat, NDArray mean, NDArray variance) {}

    private static final class Options extends OptimizerBuilder<Options> {
        @Override
        protected Options self() {
            return this;
        }
    }

    BareProducts(Products products) {
        super(new Options());
        this.products = products;
    }

    @Override
    public void update(String id, NDArray weight, NDArray grad) {
        Kept last = kept.computeIfAbsent(id, key -> start(weight));
        try (NDArray flat = grad.flatten()) {
            if (products == Products.SGD) {
                flat.dot(last.flat).close();
            } else {
                multiply(flat, last);
            }
        }
        last.gradient.set(ALL, grad);
        NDList weights = new NDList(weight);
        if (products == Products.SGD) {
            weight.getNDArrayInternal()
                    .sgdUpdate(new NDList(weight, grad), weights, .01f, 0, 1, -1, 0, true);
        } else {
            NDList inputs = new NDList(weight, grad, last.mean, last.variance);
            weight.getNDArrayInternal()
                    .adamUpdate(
                            inputs, weights, .001f, .001f, 0, 1, -1, .9f, .999f, EPSILON, true,
                            false);
        }
    }

    private static Kept start(NDArray weight) {
        NDArray gradient = weight.zerosLike();
        return new Kept(gradient, gradient.flatten(), weight.zerosLike(), weight.zerosLike());
    }

    private void multiply(NDArray gradient, Kept last) {
        try (NDArray mean = last.mean.flatten();
                NDArray variance = last.variance.flatten();
                NDArray root = variance.sqrt();
                NDArray den = root.add(EPSILON);
                NDArray quotient = gradient.div(den)) {
            if (products == Products.ADAM_ALPHA) {
                quotient.dot(mean).close();
                return;
            }
            quotient.dot(last.flat).close();
            quotient.muli(mean);
            quotient.sum().close();
            quotient.divi(den);
            try (NDArray square = last.flat.mul(last.flat)) {
                square.divi(den);
                root.subi(square);
            }
            quotient.dot(root).close();
        }
    }
}
