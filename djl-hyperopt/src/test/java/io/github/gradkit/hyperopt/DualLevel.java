package io.github.gradkit.hyperopt;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** One optimizer of a {@link DualTower}, for some numbers below. */
final class DualLevel {

    private final RuleSpec spec;
    private final List<Hyperparameter> learned;
    private final double[] raw;
    private final double[][] memory;
    private final Dual[] last;
    private final boolean rounded;
    private long t;

    /**
     * Starts an optimizer.
     *
     * @param spec its rule
     * @param size how many numbers it updates
     * @param rounded whether it uses hyperparameters of single precision
     */
    DualLevel(RuleSpec spec, int size, boolean rounded) {
        this.spec = spec;
        this.rounded = rounded;
        learned = spec.learned();
        raw =
                learned.stream()
                        .map(spec::of)
                        .mapToDouble(one -> one.parametrization().toRaw(one.initial()))
                        .toArray();
        memory =
                IntStream.range(0, size)
                        .mapToObj(i -> DualRule.firstMemory(spec))
                        .toArray(double[][]::new);
        last = new Dual[size];
        Arrays.fill(last, Dual.constant(0));
    }

    double[] raw() {
        return raw.clone();
    }

    void moveTo(double[] other) {
        System.arraycopy(other, 0, raw, 0, raw.length);
    }

    List<Hyperparameter> learned() {
        return learned;
    }

    double[] values() {
        Map<Hyperparameter, Dual> h = hyperparameters();
        return learned.stream().mapToDouble(one -> h.get(one).value()).toArray();
    }

    /** The derivative of the last update of each number by a tuned raw number. */
    double[] direction(int k) {
        return IntStream.range(0, last.length).mapToDouble(i -> last[i].partial(k)).toArray();
    }

    /** The inner products of a gradient with the derivatives of the last update. */
    double[] hypergradient(double[] gradient) {
        double[] result = new double[raw.length];
        for (int k = 0; k < result.length; k++) {
            for (int i = 0; i < last.length; i++) {
                result[k] += gradient[i] * last[i].partial(k);
            }
        }
        return result;
    }

    void update(double[] numbers, double[] gradient, double schedule) {
        t++;
        Map<Hyperparameter, Dual> h = hyperparameters();
        h.computeIfPresent(Hyperparameter.ALPHA, (name, alpha) -> alpha.times(schedule));
        if (rounded) {
            h.replaceAll((name, value) -> value.rounded());
        }
        DualRule rule = new DualRule(spec, h, t);
        for (int i = 0; i < last.length; i++) {
            last[i] = rule.update(numbers[i], gradient[i], memory[i]);
            numbers[i] = last[i].value();
        }
    }

    private Map<Hyperparameter, Dual> hyperparameters() {
        Map<Hyperparameter, Dual> all = new EnumMap<>(Hyperparameter.class);
        spec.hyperparameters().forEach((name, one) -> all.put(name, Dual.constant(one.initial())));
        for (int k = 0; k < raw.length; k++) {
            Parametrization form = spec.of(learned.get(k)).parametrization();
            all.put(learned.get(k), value(form, Dual.variable(raw[k], k)));
        }
        return all;
    }

    private static Dual value(Parametrization form, Dual raw) {
        return switch (form) {
            case IDENTITY -> raw;
            case SQUARE -> raw.squared();
            case LOG -> raw.exp();
            case LOG10 -> raw.times(Math.log(10)).exp();
            case SOFTPLUS -> raw.exp().plus(1).log();
            case SIGMOID -> Dual.constant(1).over(raw.times(-2).exp().plus(1));
        };
    }
}
