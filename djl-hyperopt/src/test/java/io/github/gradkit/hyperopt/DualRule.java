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
 * The update of each optimizer as its plain formula. Derivatives come from the arithmetic: the
 * hyperparameters {@code h} are dual numbers; the number {@code w}, its gradient {@code g} and the
 * memory of earlier updates are constants.
 */
final class DualRule {

    private final RuleSpec spec;
    private final Map<Hyperparameter, Dual> h;
    private final long t;

    DualRule(RuleSpec spec, Map<Hyperparameter, Dual> h, long t) {
        this.spec = spec;
        this.h = h;
        this.t = t;
    }

    /** What is remembered before the first update. */
    static double[] firstMemory(RuleSpec spec) {
        return switch (spec.kind()) {
            case SGD -> new double[] {};
            case MOMENTUM_SGD, NESTEROV, RMSPROP -> new double[] {0};
            case ADAGRAD -> new double[] {spec.isReference() ? 0.1 : 0};
            case ADAM, ADAMW ->
                    new double[] {0, spec.isReference() ? spec.of(EPSILON).initial() : 0};
        };
    }

    Dual update(double w, double g, double[] memory) {
        Dual gradient = h.get(WEIGHT_DECAY).times(w).plus(g);
        return switch (spec.kind()) {
            case SGD -> Dual.constant(w).minus(h.get(ALPHA).times(gradient));
            case MOMENTUM_SGD -> Dual.constant(w).minus(momentum(gradient, memory));
            case NESTEROV -> Dual.constant(w).minus(h.get(ALPHA).times(ahead(gradient, memory)));
            case ADAGRAD -> Dual.constant(w).minus(adaGrad(gradient, memory));
            case RMSPROP -> Dual.constant(w).minus(rmsProp(gradient, memory));
            case ADAM -> Dual.constant(w).minus(adam(gradient, memory));
            case ADAMW ->
                    Dual.constant(w)
                            .minus(h.get(ALPHA).times(h.get(WEIGHT_DECAY)).times(w))
                            .minus(adam(Dual.constant(g), memory));
        };
    }

    /** b = mu b + g, step alpha b; or with alpha inside. */
    private Dual momentum(Dual g, double[] memory) {
        Dual kept = h.get(MOMENTUM).times(memory[0]);
        Dual b = kept.plus(spec.isReference() ? g : h.get(ALPHA).times(g));
        memory[0] = b.value();
        return spec.isReference() ? h.get(ALPHA).times(b) : b;
    }

    /** b = mu b + g, then g + mu b. */
    private Dual ahead(Dual g, double[] memory) {
        Dual b = h.get(MOMENTUM).times(memory[0]).plus(g);
        memory[0] = b.value();
        return g.plus(h.get(MOMENTUM).times(b));
    }

    /** s = s + g^2, step alpha g / sqrt(s). */
    private Dual adaGrad(Dual g, double[] memory) {
        Dual s = g.squared().plus(memory[0]);
        memory[0] = s.value();
        return h.get(ALPHA).times(g).over(root(s));
    }

    /** s = gamma s + (1 - gamma) g^2, step alpha g / sqrt(s). */
    private Dual rmsProp(Dual g, double[] memory) {
        Dual s = mean(h.get(GAMMA), memory[0], g.squared());
        memory[0] = s.value();
        return h.get(ALPHA).times(g).over(root(s));
    }

    private Dual root(Dual s) {
        return spec.isReference() ? s.plus(h.get(EPSILON)).sqrt() : s.sqrt().plus(h.get(EPSILON));
    }

    /** Corrected means of g and of g^2, one by the root of the other. */
    private Dual adam(Dual g, double[] memory) {
        Dual m = mean(h.get(BETA1), memory[0], g);
        Dual v = mean(h.get(BETA2), memory[1], g.squared());
        memory[0] = m.value();
        memory[1] = v.value();
        Dual c1 = h.get(BETA1).power(t).complement();
        Dual c2 = h.get(BETA2).power(t).complement();
        if (spec.isReference()) {
            Dual den = v.over(c2).sqrt().plus(h.get(EPSILON));
            return h.get(ALPHA).times(m.over(c1)).over(den);
        }
        Dual rate = h.get(ALPHA).times(c2.sqrt()).over(c1);
        return rate.times(m).over(v.sqrt().plus(h.get(EPSILON)));
    }

    private static Dual mean(Dual decay, double before, Dual now) {
        return decay.times(before).plus(decay.complement().times(now));
    }
}
