package io.github.gradkit.hyperopt;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An optimizer at one level of a {@link HyperTower}: its kind, its hyperparameters, and which of
 * them the level above tunes. Immutable; every method returns a changed copy.
 *
 * <pre>{@code
 * UpdateRule.adam(1e-3).learn(ALPHA, BETA1).parametrize(ALPHA, LOG).bound(ALPHA, 1e-6, 0.1)
 * }</pre>
 *
 * <p>What is tuned unless {@link #learn} says otherwise is what the paper tunes: alpha, the
 * momentum, the betas of Adam, the gamma of RMSProp; not epsilon and not the weight decay. At the
 * top of a tower nothing is tuned. The formulas of the updates are described by {@link Semantics}.
 */
public final class UpdateRule {

    private final RuleKind kind;
    private final Map<Hyperparameter, Double> values;
    private final Set<Hyperparameter> learned;
    private final Map<Hyperparameter, Parametrization> parametrizations;
    private final Map<Hyperparameter, Bounds> bounds;

    private UpdateRule(
            RuleKind kind,
            Map<Hyperparameter, Double> values,
            Set<Hyperparameter> learned,
            Map<Hyperparameter, Parametrization> parametrizations,
            Map<Hyperparameter, Bounds> bounds) {
        this.kind = kind;
        this.values = values;
        this.learned = learned;
        this.parametrizations = parametrizations;
        this.bounds = bounds;
    }

    private static UpdateRule of(RuleKind kind, double alpha) {
        return new UpdateRule(
                        kind,
                        new EnumMap<>(Hyperparameter.class),
                        kind.usuallyLearned(),
                        new EnumMap<>(Hyperparameter.class),
                        new EnumMap<>(Hyperparameter.class))
                .with(Hyperparameter.ALPHA, alpha);
    }

    /**
     * Returns plain gradient descent, {@code w -= alpha g}.
     *
     * @param alpha the learning rate, finite
     * @return the rule
     */
    public static UpdateRule sgd(double alpha) {
        return of(RuleKind.SGD, alpha);
    }

    /**
     * Returns gradient descent with a momentum buffer.
     *
     * @param alpha the learning rate, finite
     * @param momentum the share of the buffer that is kept, finite and not 0; usually 0.9
     * @return the rule
     */
    public static UpdateRule momentum(double alpha, double momentum) {
        return of(RuleKind.MOMENTUM_SGD, alpha).with(Hyperparameter.MOMENTUM, momentum);
    }

    /**
     * Returns Nesterov's accelerated gradient, {@code b = mu b + g; w -= alpha (g + mu b)}.
     *
     * @param alpha the learning rate, finite
     * @param momentum the share of the buffer that is kept, finite and not 0; usually 0.9
     * @return the rule
     */
    public static UpdateRule nesterov(double alpha, double momentum) {
        return of(RuleKind.NESTEROV, alpha).with(Hyperparameter.MOMENTUM, momentum);
    }

    /**
     * Returns AdaGrad, which divides by the root of the sum of all squared gradients.
     *
     * @param alpha the learning rate, finite; usually 0.01
     * @return the rule
     */
    public static UpdateRule adaGrad(double alpha) {
        return of(RuleKind.ADAGRAD, alpha);
    }

    /**
     * Returns RMSProp, which divides by the root of a moving mean of squared gradients.
     *
     * <p>In {@link Semantics#REFERENCE} its alpha is tuned as a square. Near 0 the hypergradient of
     * a square vanishes: an alpha that gets there hardly comes back. Bound it from below.
     *
     * @param alpha the learning rate, finite; at least 0 in {@link Semantics#REFERENCE}
     * @return the rule
     */
    public static UpdateRule rmsProp(double alpha) {
        return of(RuleKind.RMSPROP, alpha);
    }

    /**
     * Returns Adam, with beta1 0.9, beta2 0.999 and epsilon 1e-8.
     *
     * @param alpha the learning rate, finite; usually 0.001
     * @return the rule
     */
    public static UpdateRule adam(double alpha) {
        return of(RuleKind.ADAM, alpha);
    }

    /**
     * Returns AdamW, with beta1 0.9, beta2 0.999, epsilon 1e-8 and a decoupled weight decay of
     * 0.01.
     *
     * @param alpha the learning rate, finite; usually 0.001
     * @return the rule
     */
    public static UpdateRule adamW(double alpha) {
        return of(RuleKind.ADAMW, alpha);
    }

    /**
     * Gives a hyperparameter another first value.
     *
     * @param hyperparameter one that this rule has
     * @param value the value; momentum: finite and not 0; betas and gamma: from 0 to 0.999999;
     *     epsilon and weight decay: finite, at least 0
     * @return a changed copy
     * @throws IllegalArgumentException if this rule has no such hyperparameter or the value is out
     *     of range
     */
    public UpdateRule with(Hyperparameter hyperparameter, double value) {
        requireKnown(hyperparameter);
        HyperparameterChecks.value(kind, hyperparameter, value);
        Map<Hyperparameter, Double> changed = new EnumMap<>(Hyperparameter.class);
        changed.putAll(values);
        changed.put(hyperparameter, value);
        return new UpdateRule(kind, changed, learned, parametrizations, bounds);
    }

    /**
     * Says which hyperparameters the level above tunes.
     *
     * @param hyperparameters those to tune, at least one; all others keep their values
     * @return a changed copy
     * @throws IllegalArgumentException if none is given, or this rule has no such hyperparameter,
     *     or no closed form of its hypergradient
     */
    public UpdateRule learn(Hyperparameter... hyperparameters) {
        if (hyperparameters.length == 0) {
            throw new IllegalArgumentException(
                    "learn needs at least one hyperparameter of "
                            + kind
                            + ". To tune none, put no level above it.");
        }
        for (Hyperparameter hyperparameter : hyperparameters) {
            requireKnown(hyperparameter);
            if (!kind.canLearn(hyperparameter)) {
                throw new IllegalArgumentException(
                        "The "
                                + hyperparameter
                                + " of "
                                + kind
                                + " can't be learned. Choose among "
                                + kind.hyperparameters().stream()
                                        .filter(kind::canLearn)
                                        .map(Hyperparameter::toString)
                                        .collect(Collectors.joining(", "))
                                + ".");
            }
        }
        Set<Hyperparameter> chosen = EnumSet.copyOf(Arrays.asList(hyperparameters));
        return new UpdateRule(
                kind, values, Collections.unmodifiableSet(chosen), parametrizations, bounds);
    }

    /**
     * Says how a tuned hyperparameter is written as an unbounded number.
     *
     * <p>Default: betas and gamma {@link Parametrization#SIGMOID}, epsilon {@link
     * Parametrization#LOG10}, the momentum in {@link Semantics#DJL} {@link
     * Parametrization#SIGMOID}, all others {@link Parametrization#IDENTITY}; alpha of RMSProp in
     * {@link Semantics#REFERENCE} {@link Parametrization#SQUARE}. {@link Parametrization#LOG} or
     * {@link Parametrization#SOFTPLUS} keep a learning rate above 0.
     *
     * @param hyperparameter one that this rule has
     * @param parametrization how it is written
     * @return a changed copy
     * @throws IllegalArgumentException if this rule has no such hyperparameter
     */
    public UpdateRule parametrize(Hyperparameter hyperparameter, Parametrization parametrization) {
        requireKnown(hyperparameter);
        Map<Hyperparameter, Parametrization> changed = new EnumMap<>(Hyperparameter.class);
        changed.putAll(parametrizations);
        changed.put(hyperparameter, parametrization);
        return new UpdateRule(kind, values, learned, changed, bounds);
    }

    /**
     * Keeps a tuned hyperparameter in a range: a step that leads out ends at the border.
     *
     * <p>Tuned betas and gammas are kept between 1e-4 and 1 - 1e-6 in any case, a momentum that is
     * tuned as {@link Parametrization#SIGMOID} between 1e-4 and 0.999 unless other bounds are set
     * here, all others are free by default. A border of the momentum at 0 is taken as 1e-4 (or
     * -1e-4), from where it can come back: at 0 itself there is no buffer that would tell whether
     * more were better.
     *
     * @param hyperparameter one that this rule has
     * @param min the least value
     * @param max the largest value, more than {@code min}
     * @return a changed copy
     * @throws IllegalArgumentException if this rule has no such hyperparameter or the range is
     *     empty or not a number
     */
    public UpdateRule bound(Hyperparameter hyperparameter, double min, double max) {
        requireKnown(hyperparameter);
        if (!(min < max)) {
            throw new IllegalArgumentException(
                    "The bounds of "
                            + hyperparameter
                            + " must be two numbers, the lower one first, but were "
                            + min
                            + " and "
                            + max
                            + ".");
        }
        Map<Hyperparameter, Bounds> changed = new EnumMap<>(Hyperparameter.class);
        changed.putAll(bounds);
        changed.put(hyperparameter, new Bounds(min, max));
        return new UpdateRule(kind, values, learned, parametrizations, changed);
    }

    private void requireKnown(Hyperparameter hyperparameter) {
        if (!kind.hyperparameters().contains(hyperparameter)) {
            throw new IllegalArgumentException(
                    kind
                            + " has no "
                            + hyperparameter
                            + ". It has "
                            + kind.hyperparameters().stream()
                                    .map(Hyperparameter::toString)
                                    .collect(Collectors.joining(", "))
                            + ".");
        }
    }

    /** Fixes what depends on the semantics of the tower and on the place in it. */
    RuleSpec resolve(Semantics semantics, boolean tuned) {
        Map<Hyperparameter, HyperparameterSpec> specs = new EnumMap<>(Hyperparameter.class);
        for (Hyperparameter h : kind.hyperparameters()) {
            double value = values.getOrDefault(h, kind.defaultValue(h, semantics));
            specs.put(
                    h,
                    HyperparameterChecks.spec(
                            kind,
                            h,
                            value,
                            tuned && learned.contains(h),
                            parametrizations.getOrDefault(
                                    h, kind.defaultParametrization(h, semantics)),
                            bounds.getOrDefault(h, Bounds.NONE)));
        }
        return new RuleSpec(kind, semantics, specs);
    }

    /**
     * Describes the rule.
     *
     * @return such as {@code Adam(alpha=0.001)}
     */
    @Override
    public String toString() {
        return kind
                + values.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining(", ", "(", ")"));
    }
}
