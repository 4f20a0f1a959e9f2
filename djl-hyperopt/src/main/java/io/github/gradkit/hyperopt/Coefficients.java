package io.github.gradkit.hyperopt;

import static io.github.gradkit.hyperopt.BasisVector.BUFFER;
import static io.github.gradkit.hyperopt.BasisVector.DECAY;
import static io.github.gradkit.hyperopt.BasisVector.GRADIENT;
import static io.github.gradkit.hyperopt.BasisVector.GRADIENT_QUOTIENT;
import static io.github.gradkit.hyperopt.BasisVector.QUOTIENT;
import static io.github.gradkit.hyperopt.BasisVector.SHRINK;
import static io.github.gradkit.hyperopt.BasisVector.SPREAD;
import static io.github.gradkit.hyperopt.BasisVector.WEIGHT;

import java.util.EnumMap;
import java.util.Map;

/**
 * The derivative of an update of the weights by the value of one hyperparameter, as factors of the
 * {@link BasisVector basis vectors}.
 *
 * <p>These are the closed forms of {@link HostRule} with the memory before the update written as
 * what it is after: {@code m' - G = (m - G) / beta1}, and {@code w' = w + what was subtracted}. So
 * nothing but the gradient must be kept from one step to the next.
 */
final class Coefficients {

    private final Map<BasisVector, Double> factors = new EnumMap<>(BasisVector.class);

    private Coefficients() {}

    double of(BasisVector vector) {
        return factors.getOrDefault(vector, 0.0);
    }

    private Coefficients put(BasisVector vector, double factor) {
        factors.put(vector, Double.isFinite(factor) ? factor : 0);
        return this;
    }

    /** The derivative by one tuned hyperparameter for an update made with {@code h}. */
    static Coefficients of(Hyperparameter hyperparameter, AppliedValues h) {
        Coefficients c = new Coefficients();
        if (h.step() == 1 && scalesMemory(hyperparameter, h)) {
            // The memory was 0. The sum below would leave what rounding makes of 0, and a level
            // above that divides by the size of its gradients would make a full step of it.
            return c;
        }
        switch (h.spec().kind()) {
            case SGD -> sgd(c, hyperparameter, h);
            case MOMENTUM_SGD -> momentum(c, hyperparameter, h);
            case NESTEROV -> nesterov(c, hyperparameter, h);
            case ADAGRAD -> c.put(QUOTIENT, -h.schedule());
            case RMSPROP -> rmsProp(c, hyperparameter, h);
            case ADAM, ADAMW -> adam(c, hyperparameter, h);
        }
        return c;
    }

    /** Tells whether a hyperparameter is nothing but a factor of what is remembered. */
    private static boolean scalesMemory(Hyperparameter hyperparameter, AppliedValues h) {
        boolean momentum = h.spec().kind() == RuleKind.MOMENTUM_SGD;
        return hyperparameter == Hyperparameter.BETA1
                || (hyperparameter == Hyperparameter.MOMENTUM && momentum);
    }

    private static void sgd(Coefficients c, Hyperparameter hyperparameter, AppliedValues h) {
        switch (hyperparameter) {
            case ALPHA -> c.put(GRADIENT, -h.schedule());
            case WEIGHT_DECAY -> c.put(WEIGHT, -h.rate()).put(GRADIENT, -square(h.rate()));
            default -> throw unknown(hyperparameter);
        }
    }

    private static void momentum(Coefficients c, Hyperparameter hyperparameter, AppliedValues h) {
        double a = h.rate();
        double mu = h.momentum();
        boolean reference = h.spec().isReference();
        switch (hyperparameter) {
            case ALPHA -> c.put(reference ? BUFFER : GRADIENT, -h.schedule());
            case MOMENTUM -> {
                if (reference) {
                    c.put(BUFFER, -a / mu).put(GRADIENT, a / mu);
                } else {
                    c.put(BUFFER, -1 / mu).put(GRADIENT, a / mu);
                }
            }
            case WEIGHT_DECAY -> c.put(WEIGHT, -a).put(BUFFER, reference ? -a * a : -a);
            default -> throw unknown(hyperparameter);
        }
    }

    private static void nesterov(Coefficients c, Hyperparameter hyperparameter, AppliedValues h) {
        double a = h.rate();
        double mu = h.momentum();
        switch (hyperparameter) {
            case ALPHA -> c.put(GRADIENT, -h.schedule()).put(BUFFER, -h.schedule() * mu);
            case MOMENTUM -> c.put(BUFFER, -2 * a).put(GRADIENT, a);
            case WEIGHT_DECAY ->
                    c.put(WEIGHT, -a * (1 + mu))
                            .put(GRADIENT, -a * a * (1 + mu))
                            .put(BUFFER, -a * a * mu * (1 + mu));
            default -> throw unknown(hyperparameter);
        }
    }

    private static void rmsProp(Coefficients c, Hyperparameter hyperparameter, AppliedValues h) {
        switch (hyperparameter) {
            case ALPHA -> c.put(QUOTIENT, -h.schedule());
            case GAMMA -> c.put(SPREAD, h.rate() / (2.0 * h.gamma()));
            default -> throw unknown(hyperparameter);
        }
    }

    private static void adam(Coefficients c, Hyperparameter hyperparameter, AppliedValues h) {
        AdamTerms terms = h.adamTerms();
        double rate = terms.rate();
        switch (hyperparameter) {
            case ALPHA -> adamAlpha(c, h, terms);
            case BETA1 ->
                    c.put(QUOTIENT, -rate * (1.0 / h.beta1() + terms.beta1Decay()))
                            .put(GRADIENT_QUOTIENT, rate / h.beta1());
            case BETA2 -> adamBeta2(c, h, terms);
            case EPSILON -> c.put(SHRINK, rate * terms.epsilonScale());
            case WEIGHT_DECAY -> {
                if (h.spec().kind() == RuleKind.ADAM) {
                    c.put(DECAY, -rate);
                } else {
                    addWeightBefore(c, h, -h.rate());
                }
            }
            default -> throw unknown(hyperparameter);
        }
    }

    private static void adamBeta2(Coefficients c, AppliedValues h, AdamTerms terms) {
        double rate = terms.rate();
        if (h.isFirstOfDjl()) {
            // Both parts cancel up to epsilon; their difference would be rounding noise.
            c.put(SHRINK, rate * h.epsilon() / (2 * (1.0 - h.beta2())));
            return;
        }
        c.put(SPREAD, rate / (2.0 * h.beta2())).put(QUOTIENT, rate * terms.beta2Decay());
        if (terms.isReference()) {
            c.put(SHRINK, -rate * terms.beta2Decay() * terms.epsilon());
        }
    }

    private static void adamAlpha(Coefficients c, AppliedValues h, AdamTerms terms) {
        c.put(QUOTIENT, -terms.correction() * h.schedule());
        if (h.spec().kind() == RuleKind.ADAMW) {
            addWeightBefore(c, h, -(double) h.weightDecay() * h.schedule());
        }
    }

    /** Adds a multiple of AdamW's weight before the update. */
    private static void addWeightBefore(Coefficients c, AppliedValues h, double factor) {
        double kept = 1 - (double) h.rate() * h.weightDecay();
        c.put(WEIGHT, factor / kept)
                .put(QUOTIENT, c.of(QUOTIENT) + factor * h.adamTerms().rate() / kept);
    }

    private static double square(double x) {
        return x * x;
    }

    private static IllegalArgumentException unknown(Hyperparameter hyperparameter) {
        return new IllegalArgumentException("No closed form for " + hyperparameter + ".");
    }
}
