package io.github.gradkit.tracin.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Layers whose weight gradient is a sum of outer products, error times input: linear and
 * convolution.
 *
 * @param weight the matrix or filters
 * @param bias the bias, if the layer has one
 * @param unfolding how the layer's input and output become positions
 */
record OuterProductKernel(Parameter weight, @Nullable Parameter bias, Unfolding unfolding)
        implements LayerKernel {

    /** Unfolded patches of at most this many values are made at a time, to stay in the cache. */
    private static final long PATCH_VALUES = 4L << 20;

    @Override
    public Optional<Geometry> geometry(List<Use> uses) {
        Use first = uses.get(0);
        Geometry one = unfolding.geometry(first.input().getShape(), first.error().getShape());
        long positions = 0;
        for (Use use : uses) {
            positions +=
                    unfolding.geometry(use.input().getShape(), use.error().getShape()).positions();
        }
        return Optional.of(new Geometry(one.groups(), positions, one.inputs(), one.outputs()));
    }

    @Override
    public Factor factored(List<Use> uses, CheckpointWeights weights) {
        NDList inputs = new NDList();
        NDList errors = new NDList();
        for (Use use : uses) {
            inputs.add(inputs(use, weights));
            errors.add(unfolding.errors(use.error()));
        }
        // the uses of a tied layer are further positions of one layer: that gives the cross terms
        return new Factor.Positions(concat(inputs, 2), concat(errors, 2));
    }

    private NDArray inputs(Use use, CheckpointWeights weights) {
        NDList columns = new NDList();
        if (weights.isTrainable(weight)) {
            columns.add(unfolding.inputs(use.input(), use.error().getShape()));
        }
        if (weights.isTrainable(bias)) {
            NDArray errors = unfolding.errors(use.error());
            Shape shape = errors.getShape();
            columns.add(
                    errors.getManager()
                            .ones(
                                    new Shape(shape.get(0), shape.get(1), shape.get(2), 1),
                                    errors.getDataType()));
        }
        return concat(columns, 3);
    }

    @Override
    public Factor.Rows formed(List<Use> uses, CheckpointWeights weights) {
        List<NDArray> parts = new ArrayList<>();
        if (weights.isTrainable(weight)) {
            parts.add(sum(uses.stream().map(this::weightRows).toList()));
        }
        if (weights.isTrainable(bias)) {
            parts.add(sum(uses.stream().map(this::biasRows).toList()));
        }
        return new Factor.Rows(parts);
    }

    private NDArray weightRows(Use use) {
        long batch = use.input().getShape().get(0);
        long chunk = chunk(use, batch);
        if (chunk >= batch) {
            return outerProducts(use.input(), use.error());
        }
        NDList rows = new NDList();
        for (long from = 0; from < batch; from += chunk) {
            NDIndex part = new NDIndex().addSliceDim(from, Math.min(batch, from + chunk));
            rows.add(outerProducts(use.input().get(part), use.error().get(part)));
        }
        return NDArrays.concat(rows);
    }

    private long chunk(Use use, long batch) {
        if (!unfolding.copies()) {
            return batch;
        }
        Geometry g = unfolding.geometry(use.input().getShape(), use.error().getShape());
        return Math.max(1, PATCH_VALUES / (g.groups() * g.positions() * g.inputs()));
    }

    private NDArray outerProducts(NDArray input, NDArray error) {
        NDArray errors = unfolding.errors(error);
        NDArray inputs = unfolding.inputs(input, error.getShape());
        return errors.swapAxes(2, 3).matMul(inputs).reshape(input.getShape().get(0), -1);
    }

    private NDArray biasRows(Use use) {
        NDArray errors = unfolding.errors(use.error());
        return errors.sum(new int[] {2}).reshape(use.error().getShape().get(0), -1);
    }

    private static NDArray sum(List<NDArray> rows) {
        return rows.stream().reduce(NDArray::add).orElseThrow();
    }

    private static NDArray concat(NDList arrays, int axis) {
        return arrays.size() == 1 ? arrays.head() : NDArrays.concat(arrays, axis);
    }
}
