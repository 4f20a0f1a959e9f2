package io.github.gradkit.hyperopt;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The hyperparameters of one rule: raw numbers that are tuned, and the values that are used. */
final class HyperValues {

    private final RuleSpec spec;
    private final List<Hyperparameter> learned;
    private final double[] raw;
    private final Map<Hyperparameter, Double> values = new EnumMap<>(Hyperparameter.class);

    HyperValues(RuleSpec spec) {
        this.spec = spec;
        this.learned = spec.learned();
        this.raw = new double[learned.size()];
        spec.hyperparameters().forEach((h, one) -> values.put(h, one.initial()));
        for (int i = 0; i < raw.length; i++) {
            HyperparameterSpec one = spec.of(learned.get(i));
            raw[i] = one.parametrization().toRaw(one.initial());
        }
    }

    double get(Hyperparameter hyperparameter) {
        return values.getOrDefault(hyperparameter, 0.0);
    }

    double alpha() {
        return get(Hyperparameter.ALPHA);
    }

    double momentum() {
        return get(Hyperparameter.MOMENTUM);
    }

    double beta1() {
        return get(Hyperparameter.BETA1);
    }

    double beta2() {
        return get(Hyperparameter.BETA2);
    }

    double gamma() {
        return get(Hyperparameter.GAMMA);
    }

    double epsilon() {
        return get(Hyperparameter.EPSILON);
    }

    double weightDecay() {
        return get(Hyperparameter.WEIGHT_DECAY);
    }

    List<Hyperparameter> learned() {
        return learned;
    }

    double[] raw() {
        return raw.clone();
    }

    /** The derivative of each tuned value by its raw number. */
    double derivative(int i) {
        return spec.of(learned.get(i)).parametrization().derivative(raw[i]);
    }

    /**
     * Moves to new raw numbers, as far as the bounds and the largest change allow.
     *
     * @param wanted the raw numbers to go to
     * @param maxRelativeChange the largest change of a value as a share of it
     */
    void move(double[] wanted, double maxRelativeChange) {
        for (int i = 0; i < raw.length; i++) {
            // An unmoved number keeps its value: its way through the raw form could round it.
            if (wanted[i] != raw[i]) {
                move(i, wanted[i], maxRelativeChange);
            }
        }
    }

    private void move(int i, double wanted, double maxRelativeChange) {
        Parametrization form = spec.of(learned.get(i)).parametrization();
        double allowed = allowed(i, wanted, maxRelativeChange);
        raw[i] = allowed == form.toValue(wanted) ? wanted : form.toRaw(allowed);
        values.put(learned.get(i), allowed);
    }

    /** The value that a move to a raw number would end at. */
    double allowed(int i, double wanted, double maxRelativeChange) {
        HyperparameterSpec one = spec.of(learned.get(i));
        double value = one.parametrization().toValue(wanted);
        return one.bounds().clamp(near(get(learned.get(i)), value, maxRelativeChange));
    }

    /** Makes alpha smaller, whether it is tuned or not. */
    void halveAlpha() {
        double half = spec.of(Hyperparameter.ALPHA).bounds().clamp(alpha() / 2);
        values.put(Hyperparameter.ALPHA, half);
        int i = learned.indexOf(Hyperparameter.ALPHA);
        if (i >= 0) {
            raw[i] = spec.of(Hyperparameter.ALPHA).parametrization().toRaw(half);
        }
    }

    /** Uses other values for the hyperparameters that are not tuned. */
    void fix(Map<Hyperparameter, Double> fixed) {
        values.putAll(fixed);
    }

    private static double near(double from, double to, double maxRelativeChange) {
        if (Double.isInfinite(maxRelativeChange)) {
            return to;
        }
        double reach = maxRelativeChange * Math.abs(from);
        return new Bounds(from - reach, from + reach).clamp(to);
    }

    /** Puts back what {@link #raw()} and {@link #values()} returned. */
    void restore(double[] rawNumbers, double[] usedValues) {
        System.arraycopy(rawNumbers, 0, raw, 0, raw.length);
        for (int i = 0; i < raw.length; i++) {
            values.put(learned.get(i), usedValues[i]);
        }
    }

    /** The tuned values, in the order of the raw numbers. */
    double[] values() {
        return learned.stream().mapToDouble(this::get).toArray();
    }

    Map<Hyperparameter, Double> asMap() {
        Map<Hyperparameter, Double> map = new EnumMap<>(Hyperparameter.class);
        spec.hyperparameters().keySet().forEach(h -> map.put(h, get(h)));
        return map;
    }

    RuleSpec spec() {
        return spec;
    }
}
