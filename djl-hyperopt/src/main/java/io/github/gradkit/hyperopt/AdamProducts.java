package io.github.gradkit.hyperopt;

import ai.djl.ndarray.NDArray;
import java.util.EnumMap;
import java.util.Map;

/**
 * The inner products of a gradient with the basis vectors of Adam, without making the vectors.
 *
 * <p>Computes the same as {@link WeightBasis} and a dot product for each vector. Dividing the new
 * gradient by the denominator once, instead of mean and gradient of the last step, saves passes
 * over memory, which are what these products cost.
 */
final class AdamProducts {

    private AdamProducts() {}

    /** Tells whether this way is open: lengths need the vectors, and so does a decay of Adam. */
    static boolean cover(RuleSpec spec, boolean norms) {
        return switch (spec.kind()) {
            case ADAM -> !norms && !spec.learns(Hyperparameter.WEIGHT_DECAY);
            case ADAMW -> !norms;
            default -> false;
        };
    }

    /**
     * Computes the products.
     *
     * @param gradient the new gradient, flat
     * @param needs what is needed
     * @param last what is known of the last update
     * @param h the hyperparameters of that update
     * @return the products, each an array with one element, to be closed by the caller
     */
    static Map<BasisVector, NDArray> of(
            NDArray gradient, Needs needs, Remembered last, AppliedValues h) {
        Map<BasisVector, NDArray> products = new EnumMap<>(BasisVector.class);
        if (needs.weight()) {
            products.put(BasisVector.WEIGHT, gradient.dot(last.requireWeight()));
        }
        if (needs.spread()) {
            withRoot(products, gradient, needs, last, h);
        } else {
            withoutRoot(products, gradient, needs, last, h);
        }
        return products;
    }

    private static void withRoot(
            Map<BasisVector, NDArray> products,
            NDArray gradient,
            Needs needs,
            Remembered last,
            AppliedValues h) {
        try (NDArray root = WeightBasis.adamRoot(needs, last.memory()[1]);
                NDArray den = root.add((float) h.adamTerms().epsilon());
                NDArray quotient = gradient.div(den)) {
            addGradientQuotient(products, quotient, last, h);
            quotient.muli(last.memory()[0]);
            products.put(BasisVector.QUOTIENT, quotient.sum());
            quotient.divi(den);
            if (needs.shrink() || h.isFirstOfDjl()) {
                products.put(BasisVector.SHRINK, quotient.sum());
            }
            products.put(BasisVector.SPREAD, spread(quotient, root, last.requireGradient()));
        }
    }

    private static void withoutRoot(
            Map<BasisVector, NDArray> products,
            NDArray gradient,
            Needs needs,
            Remembered last,
            AppliedValues h) {
        try (NDArray den = last.memory()[1].sqrt()) {
            den.addi((float) h.adamTerms().epsilon());
            try (NDArray quotient = gradient.div(den)) {
                addGradientQuotient(products, quotient, last, h);
                products.put(BasisVector.QUOTIENT, quotient.dot(last.memory()[0]));
                if (needs.shrink()) {
                    products.put(BasisVector.SHRINK, quotient.divi(den).dot(last.memory()[0]));
                }
            }
        }
    }

    private static void addGradientQuotient(
            Map<BasisVector, NDArray> products,
            NDArray quotient,
            Remembered last,
            AppliedValues h) {
        if (h.spec().learns(Hyperparameter.BETA1)) {
            products.put(BasisVector.GRADIENT_QUOTIENT, quotient.dot(last.requireGradient()));
        }
    }

    private static NDArray spread(NDArray quotient, NDArray root, NDArray gradient) {
        try (NDArray square = gradient.mul(gradient)) {
            square.divi(root);
            root.subi(square);
            return quotient.dot(root);
        }
    }
}
