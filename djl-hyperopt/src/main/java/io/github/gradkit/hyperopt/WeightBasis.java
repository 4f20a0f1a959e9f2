package io.github.gradkit.hyperopt;

import static io.github.gradkit.hyperopt.Hyperparameter.BETA1;
import static io.github.gradkit.hyperopt.Hyperparameter.WEIGHT_DECAY;

import ai.djl.ndarray.NDArray;

/** Computes the basis vectors of the last update of some weights. */
final class WeightBasis {

    /** Makes 0 / 0 a 0 where a weight never had a gradient; too small to change anything else. */
    private static final float TINY = 1e-30f;

    private WeightBasis() {}

    /**
     * Computes the vectors that the rule's coefficients are for.
     *
     * @param needs what is needed
     * @param last what is known of the last update
     * @param h the hyperparameters of that update
     * @return the basis, to be closed before what it was made of
     */
    static Basis of(Needs needs, Remembered last, AppliedValues h) {
        Basis basis = new Basis();
        try {
            switch (h.spec().kind()) {
                case SGD, MOMENTUM_SGD, NESTEROV -> linear(basis, needs, last);
                case ADAGRAD, RMSPROP -> divided(basis, needs, last, h);
                case ADAM, ADAMW -> adam(basis, needs, last, h);
            }
            return basis;
        } catch (RuntimeException | Error e) {
            basis.close();
            throw e;
        }
    }

    private static void linear(Basis basis, Needs needs, Remembered last) {
        if (last.memory().length > 0) {
            basis.borrow(BasisVector.BUFFER, last.memory()[0]);
        }
        if (needs.gradient()) {
            basis.borrow(BasisVector.GRADIENT, last.requireGradient());
        }
        if (needs.weight()) {
            basis.borrow(BasisVector.WEIGHT, last.requireWeight());
        }
    }

    private static void divided(Basis basis, Needs needs, Remembered last, AppliedValues h) {
        NDArray gradient = last.requireGradient();
        NDArray den = basis.own(denominator(last.memory()[0], h));
        NDArray q = gradient.div(den);
        basis.own(BasisVector.QUOTIENT, q);
        if (needs.spread()) {
            NDArray root = h.spec().isReference() ? den : basis.own(root(last.memory()[0]));
            basis.own(
                    BasisVector.SPREAD,
                    h.spec().isReference()
                            ? rootedSpread(q, last.memory()[0], gradient, den)
                            : spread(q, root, gradient, den));
        }
    }

    /** The denominator of AdaGrad and RMSProp. */
    static NDArray denominator(NDArray sum, AppliedValues h) {
        if (h.spec().isReference()) {
            try (NDArray inside = sum.add(h.epsilon())) {
                return inside.sqrt();
            }
        }
        return sum.sqrt().addi(h.epsilon());
    }

    private static void adam(Basis basis, Needs needs, Remembered last, AppliedValues h) {
        NDArray root = basis.own(adamRoot(needs, last.memory()[1]));
        NDArray den = basis.own(root.add((float) h.adamTerms().epsilon()));
        NDArray q = last.memory()[0].div(den);
        basis.own(BasisVector.QUOTIENT, q);
        if (h.spec().learns(BETA1)) {
            basis.own(BasisVector.GRADIENT_QUOTIENT, last.requireGradient().div(den));
        }
        if (needs.spread()) {
            basis.own(BasisVector.SPREAD, spread(q, root, last.requireGradient(), den));
        }
        if (needs.shrink() || h.isFirstOfDjl()) {
            basis.own(BasisVector.SHRINK, q.div(den));
        }
        if (needs.weight() && h.spec().kind() == RuleKind.ADAMW) {
            basis.borrow(BasisVector.WEIGHT, last.requireWeight());
        }
        if (h.spec().kind() == RuleKind.ADAM && h.spec().learns(WEIGHT_DECAY)) {
            basis.own(BasisVector.DECAY, decay(q, root, den, last, h));
        }
    }

    /** The root of Adam's v, with what a division by it needs. */
    static NDArray adamRoot(Needs needs, NDArray v) {
        return needs.spread() ? root(v) : v.sqrt();
    }

    private static NDArray root(NDArray sum) {
        return sum.sqrt().addi(TINY);
    }

    /** {@code q (s - G^2 / s) / den} for a denominator s + epsilon. */
    private static NDArray spread(NDArray q, NDArray root, NDArray gradient, NDArray den) {
        try (NDArray square = gradient.mul(gradient)) {
            square.divi(root);
            NDArray result = root.sub(square);
            return result.divi(den).muli(q);
        }
    }

    /** {@code q (s^2 - G^2) / den^2} for a denominator sqrt(s^2 + epsilon). */
    private static NDArray rootedSpread(NDArray q, NDArray sum, NDArray gradient, NDArray den) {
        try (NDArray square = gradient.mul(gradient)) {
            NDArray result = sum.sub(square);
            return result.divi(den).divi(den).muli(q);
        }
    }

    /** {@code w ((1 - beta1) / den - (1 - beta2) q G / (s den))}, w before the update. */
    private static NDArray decay(
            NDArray q, NDArray root, NDArray den, Remembered last, AppliedValues h) {
        try (NDArray before = q.mul((float) h.adamTerms().rate());
                NDArray part = q.mul(last.requireGradient());
                NDArray safe = root.add(TINY)) {
            before.addi(last.requireWeight());
            // Where the root is 0 the gradient is 0 too.
            part.divi(safe).muli(1 - h.beta2());
            NDArray result = part.neg();
            return result.addi(1 - h.beta1()).divi(den).muli(before);
        }
    }
}
