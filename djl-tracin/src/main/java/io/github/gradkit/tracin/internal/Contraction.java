package io.github.gradkit.tracin.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Inner products of per-example gradients of one layer.
 *
 * <p>Each function is exact; they differ in cost only, see {@link Form}. Results belong to the
 * manager of their first operand, so attach both sides to a scope.
 */
public final class Contraction {

    /** Products of positions are formed in pieces of at most this many values. */
    private static final long PAIR_VALUES = 4L << 20;

    private Contraction() {}

    /**
     * Compares every test gradient with every training gradient.
     *
     * @param train the training side, batch b
     * @param test the test side, batch m
     * @return {@code (m, b)}
     */
    public static NDArray pairs(Factor train, Factor test) {
        if (train instanceof Factor.Rows trainRows && test instanceof Factor.Rows testRows) {
            return formed(trainRows, testRows);
        }
        if (train instanceof Factor.Positions trainPositions) {
            return test instanceof Factor.Rows rows
                    ? oneSided(trainPositions, rows)
                    : ghost(trainPositions, (Factor.Positions) test);
        }
        throw new IllegalArgumentException("Formed training gradients need formed test gradients");
    }

    /**
     * Compares each gradient with itself.
     *
     * @param factor batch b
     * @return the squared norms, {@code (b)}
     */
    public static NDArray squaredNorms(Factor factor) {
        if (factor instanceof Factor.Rows rows) {
            return rows.parts().stream()
                    .map(part -> part.square().sum(new int[] {1}))
                    .reduce(NDArray::addi)
                    .orElseThrow();
        }
        Factor.Positions p = (Factor.Positions) factor;
        // (b, g, T, T): a . a' and e . e' for all pairs of positions
        NDArray inputs = p.inputs().matMul(p.inputs().swapAxes(2, 3));
        NDArray errors = p.errors().matMul(p.errors().swapAxes(2, 3));
        return inputs.muli(errors).sum(new int[] {1, 2, 3});
    }

    /**
     * Adds up the gradients of a batch.
     *
     * @param factor batch b
     * @return one row that is the sum, to be compared with factored training gradients
     */
    public static Factor.Rows sum(Factor factor) {
        if (factor instanceof Factor.Rows rows) {
            List<NDArray> parts = new ArrayList<>();
            rows.parts().forEach(part -> parts.add(part.sum(new int[] {0}, true)));
            return new Factor.Rows(parts);
        }
        Factor.Positions p = (Factor.Positions) factor;
        // (b, g, T, d) -> (g, b x T, d)
        NDArray inputs = mergePositions(p.inputs());
        NDArray errors = mergePositions(p.errors());
        NDArray sum = errors.swapAxes(1, 2).matMul(inputs);
        return new Factor.Rows(List.of(sum.reshape(1, -1)));
    }

    private static NDArray formed(Factor.Rows train, Factor.Rows test) {
        NDArray total = product(train.parts().get(0), test.parts().get(0));
        for (int i = 1; i < train.parts().size(); i++) {
            total.addi(product(train.parts().get(i), test.parts().get(i)));
        }
        return total;
    }

    private static NDArray product(NDArray train, NDArray test) {
        return test.matMul(train.transpose());
    }

    /** (a . a') (e . e') for one position; in general its sum over all pairs of positions. */
    private static NDArray ghost(Factor.Positions train, Factor.Positions test) {
        long b = train.inputs().getShape().get(0);
        long m = test.inputs().getShape().get(0);
        NDArray trainInputs = mergePositions(train.inputs()).swapAxes(1, 2);
        NDArray trainErrors = mergePositions(train.errors()).swapAxes(1, 2);
        long columns = trainInputs.getShape().get(0) * trainInputs.getShape().get(2);
        long perTest = test.inputs().getShape().get(2) * columns;
        long chunk = Math.max(1, PAIR_VALUES / perTest);
        NDList rows = new NDList();
        for (long from = 0; from < m; from += chunk) {
            Factor.Positions part = slice(test, from, Math.min(m, from + chunk));
            NDArray products = mergePositions(part.inputs()).matMul(trainInputs);
            products.muli(mergePositions(part.errors()).matMul(trainErrors));
            rows.add(sumPositions(products, part.inputs().getShape(), b));
        }
        return rows.size() == 1 ? rows.head() : NDArrays.concat(rows);
    }

    private static Factor.Positions slice(Factor.Positions factor, long from, long to) {
        if (from == 0 && to == factor.inputs().getShape().get(0)) {
            return factor;
        }
        NDIndex part = new NDIndex().addSliceDim(from, to);
        return new Factor.Positions(factor.inputs().get(part), factor.errors().get(part));
    }

    /** (g, m x T', b x T) to (m, b). */
    private static NDArray sumPositions(NDArray products, Shape testInputs, long b) {
        long m = testInputs.get(0);
        NDArray sum =
                products.getShape().get(0) == 1 ? products.squeeze(0) : products.sum(new int[] {0});
        long testPositions = testInputs.get(2);
        long trainPositions = sum.getShape().get(1) / b;
        if (testPositions == 1 && trainPositions == 1) {
            return sum;
        }
        return sum.reshape(m, testPositions, b, trainPositions).sum(new int[] {1, 3});
    }

    /** The sum over positions of e . (G' a), where G' is a formed test gradient. */
    private static NDArray oneSided(Factor.Positions train, Factor.Rows test) {
        Shape errors = train.errors().getShape();
        NDArray gradients = matrices(test, errors.get(1), errors.get(3));
        NDList rows = new NDList();
        for (long j = 0; j < gradients.getShape().get(0); j++) {
            // (b, g, T, d_in) x (g, d_in, d_out) -> (b, g, T, d_out)
            NDArray mapped = train.inputs().matMul(gradients.get(j).swapAxes(1, 2));
            rows.add(mapped.muli(train.errors()).sum(new int[] {1, 2, 3}));
        }
        return NDArrays.stack(rows);
    }

    /**
     * Weight and bias gradients as one matrix (m, g, d_out, d_in + 1) that fits inputs ending in 1.
     */
    private static NDArray matrices(Factor.Rows rows, long groups, long outputs) {
        NDList parts = new NDList();
        for (NDArray part : rows.parts()) {
            parts.add(part.reshape(part.getShape().get(0), groups, outputs, -1));
        }
        return parts.size() == 1 ? parts.head() : NDArrays.concat(parts, 3);
    }

    /** (b, g, T, d) to (g, b x T, d). */
    private static NDArray mergePositions(NDArray array) {
        Shape shape = array.getShape();
        return array.swapAxes(0, 1)
                .reshape(shape.get(1), shape.get(0) * shape.get(2), shape.get(3));
    }
}
