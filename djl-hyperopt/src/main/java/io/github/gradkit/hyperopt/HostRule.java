package io.github.gradkit.hyperopt;

import static io.github.gradkit.hyperopt.Hyperparameter.ALPHA;
import static io.github.gradkit.hyperopt.Hyperparameter.BETA1;
import static io.github.gradkit.hyperopt.Hyperparameter.BETA2;
import static io.github.gradkit.hyperopt.Hyperparameter.EPSILON;
import static io.github.gradkit.hyperopt.Hyperparameter.GAMMA;
import static io.github.gradkit.hyperopt.Hyperparameter.MOMENTUM;
import static io.github.gradkit.hyperopt.Hyperparameter.WEIGHT_DECAY;

import java.util.Map;

/**
 * One update of one number, in double, with its derivatives by the hyperparameters.
 *
 * <p>In all formulas {@code w} is the number before the update, {@code g} its gradient, {@code G}
 * the gradient with weight decay, and the memory is that of the update before. The derivatives
 * treat all of these as constants (paper, section 2: only one step is looked back).
 */
final class HostRule {

    private HostRule() {}

    /** How many numbers a rule remembers for each number that it updates. */
    static int memorySize(RuleKind kind) {
        return switch (kind) {
            case SGD -> 0;
            case MOMENTUM_SGD, NESTEROV, ADAGRAD, RMSPROP -> 1;
            case ADAM, ADAMW -> 2;
        };
    }

    /** What a rule remembers before the first update. */
    static double firstMemory(RuleSpec spec, int slot) {
        return switch (spec.kind()) {
            case ADAGRAD -> spec.isReference() ? 0.1 : 0;
            case ADAM, ADAMW -> spec.isReference() && slot == 1 ? spec.of(EPSILON).initial() : 0;
            default -> 0;
        };
    }

    /**
     * Updates one number.
     *
     * @param w the number before the update
     * @param g its gradient
     * @param memory what the rule remembers of this number; changed
     * @param h the hyperparameters
     * @param t the step, from 1
     * @param d receives the derivative of the new number by the value of each hyperparameter
     * @return the new number
     */
    static double update(
            double w,
            double g,
            double[] memory,
            HyperValues h,
            long t,
            Map<Hyperparameter, Double> d) {
        return switch (h.spec().kind()) {
            case SGD -> sgd(w, g, h, d);
            case MOMENTUM_SGD -> momentum(w, g, memory, h, d);
            case NESTEROV -> nesterov(w, g, memory, h, d);
            case ADAGRAD -> adaGrad(w, g, memory, h, d);
            case RMSPROP -> rmsProp(w, g, memory, h, d);
            case ADAM, ADAMW -> adam(w, g, memory, h, t, d);
        };
    }

    private static double decayed(double w, double g, HyperValues h) {
        return g + h.weightDecay() * w;
    }

    private static double sgd(double w, double g, HyperValues h, Map<Hyperparameter, Double> d) {
        double decayed = decayed(w, g, h);
        d.put(ALPHA, -decayed);
        d.put(WEIGHT_DECAY, -h.alpha() * w);
        return w - h.alpha() * decayed;
    }

    private static double momentum(
            double w, double g, double[] memory, HyperValues h, Map<Hyperparameter, Double> d) {
        double a = h.alpha();
        double decayed = decayed(w, g, h);
        double before = memory[0];
        d.put(WEIGHT_DECAY, -a * w);
        if (h.spec().isReference()) {
            double b = h.momentum() * before + decayed;
            memory[0] = b;
            d.put(ALPHA, -b);
            d.put(MOMENTUM, -a * before);
            return w - a * b;
        }
        double b = h.momentum() * before + a * decayed;
        memory[0] = b;
        d.put(ALPHA, -decayed);
        d.put(MOMENTUM, -before);
        return w - b;
    }

    private static double nesterov(
            double w, double g, double[] memory, HyperValues h, Map<Hyperparameter, Double> d) {
        double a = h.alpha();
        double mu = h.momentum();
        double decayed = decayed(w, g, h);
        double before = memory[0];
        double b = mu * before + decayed;
        memory[0] = b;
        d.put(ALPHA, -(decayed + mu * b));
        d.put(MOMENTUM, -a * (b + mu * before));
        d.put(WEIGHT_DECAY, -a * (1 + mu) * w);
        return w - a * (decayed + mu * b);
    }

    private static double adaGrad(
            double w, double g, double[] memory, HyperValues h, Map<Hyperparameter, Double> d) {
        double decayed = decayed(w, g, h);
        memory[0] += decayed * decayed;
        double q = quotient(decayed, rootWithEpsilon(memory[0], h));
        d.put(ALPHA, -q);
        return w - h.alpha() * q;
    }

    private static double rmsProp(
            double w, double g, double[] memory, HyperValues h, Map<Hyperparameter, Double> d) {
        double a = h.alpha();
        double gamma = h.gamma();
        double decayed = decayed(w, g, h);
        double before = memory[0];
        double s = gamma * before + (1 - gamma) * decayed * decayed;
        memory[0] = s;
        double den = rootWithEpsilon(s, h);
        double q = quotient(decayed, den);
        double root = h.spec().isReference() ? den : Math.sqrt(s);
        d.put(ALPHA, -q);
        d.put(GAMMA, a * quotient(q * (before - decayed * decayed), 2 * root * den));
        return w - a * q;
    }

    private static double rootWithEpsilon(double s, HyperValues h) {
        return h.spec().isReference() ? Math.sqrt(s + h.epsilon()) : Math.sqrt(s) + h.epsilon();
    }

    private static double adam(
            double w,
            double g,
            double[] memory,
            HyperValues h,
            long t,
            Map<Hyperparameter, Double> d) {
        boolean decoupled = h.spec().kind() == RuleKind.ADAMW;
        double decayed = decoupled ? g : decayed(w, g, h);
        double m = h.beta1() * memory[0] + (1 - h.beta1()) * decayed;
        double v = h.beta2() * memory[1] + (1 - h.beta2()) * decayed * decayed;
        AdamTerms terms = AdamTerms.of(h, t);
        double root = Math.sqrt(v);
        double den = root + terms.epsilon();
        double q = quotient(m, den);
        double decay = decoupled ? h.weightDecay() * w : 0;
        d.put(ALPHA, -terms.correction() * q - decay);
        d.put(BETA1, -terms.rate() * (quotient(memory[0] - decayed, den) + terms.beta1Decay() * q));
        double spread = quotient(q * (memory[1] - decayed * decayed), 2 * root * den);
        double shrink = terms.isReference() ? quotient(q * root, den) : q;
        d.put(BETA2, terms.rate() * (spread + terms.beta2Decay() * shrink));
        d.put(EPSILON, terms.rate() * terms.epsilonScale() * quotient(q, den));
        double meanPart = quotient((1 - h.beta1()), den);
        double rootPart = quotient(q * (1 - h.beta2()) * decayed, root * den);
        d.put(WEIGHT_DECAY, decoupled ? -h.alpha() * w : -terms.rate() * w * (meanPart - rootPart));
        memory[0] = m;
        memory[1] = v;
        return w - h.alpha() * decay - terms.rate() * q;
    }

    /** Where a denominator is 0 no gradient has come yet, and nothing moves. */
    private static double quotient(double x, double y) {
        return y == 0 ? 0 : x / y;
    }
}
