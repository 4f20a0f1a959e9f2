package io.github.gradkit.hyperopt;

import java.util.ArrayList;
import java.util.List;

/** A tower whose weights too are updated by the closed forms for doubles. */
final class HostTower {

    private final HostLevel base;
    private final Levels levels;

    HostTower(Semantics semantics, List<UpdateRule> rules, int weights) {
        base = new HostLevel(rules.get(0).resolve(semantics, rules.size() > 1), weights);
        List<RuleSpec> above = new ArrayList<>();
        for (int i = 1; i < rules.size(); i++) {
            above.add(rules.get(i).resolve(semantics, i + 1 < rules.size()));
        }
        levels = new Levels(List.of(base.hypers()), above, Safeguards.none());
    }

    /** Makes a step: weights are changed, the hypergradients by level returned. */
    List<double[]> step(double[] weights, double[] gradient) {
        List<double[]> hypergradients = levels.hypergradients(base.hypergradient(gradient));
        levels.update(hypergradients);
        base.update(weights, gradient);
        return hypergradients;
    }

    /** The tuned values from the base upwards. */
    double[] learned() {
        List<Double> all = new ArrayList<>();
        for (double value : base.hypers().values()) {
            all.add(value);
        }
        for (HostLevel level : levels.above()) {
            for (double value : level.hypers().values()) {
                all.add(value);
            }
        }
        return all.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
