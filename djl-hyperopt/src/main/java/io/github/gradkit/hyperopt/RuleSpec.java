package io.github.gradkit.hyperopt;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A rule whose every detail is decided.
 *
 * @param kind the optimizer
 * @param semantics the form of its formulas
 * @param hyperparameters each of its hyperparameters
 */
record RuleSpec(
        RuleKind kind,
        Semantics semantics,
        Map<Hyperparameter, HyperparameterSpec> hyperparameters) {

    /** The tuned hyperparameters, in the order in which raw numbers are kept. */
    List<Hyperparameter> learned() {
        return hyperparameters.entrySet().stream()
                .filter(entry -> entry.getValue().learned())
                .map(Map.Entry::getKey)
                .toList();
    }

    HyperparameterSpec of(Hyperparameter hyperparameter) {
        HyperparameterSpec spec = hyperparameters.get(hyperparameter);
        if (spec == null) {
            throw new IllegalArgumentException(kind + " has no " + hyperparameter + ".");
        }
        return spec;
    }

    boolean learns(Hyperparameter hyperparameter) {
        HyperparameterSpec spec = hyperparameters.get(hyperparameter);
        return spec != null && spec.learned();
    }

    boolean isReference() {
        return semantics == Semantics.REFERENCE;
    }

    RuleSpec withoutTuning() {
        Map<Hyperparameter, HyperparameterSpec> fixed = new EnumMap<>(Hyperparameter.class);
        hyperparameters.forEach(
                (h, one) ->
                        fixed.put(
                                h,
                                new HyperparameterSpec(
                                        one.initial(),
                                        false,
                                        one.parametrization(),
                                        one.bounds())));
        return new RuleSpec(kind, semantics, fixed);
    }

    /** Names the rule, what is tuned, and how, and the values of all that is not. */
    String signature() {
        return hyperparameters.entrySet().stream()
                .map(entry -> entry.getKey() + describe(entry.getValue()))
                .collect(Collectors.joining(", ", kind + "(", ")"));
    }

    private static String describe(HyperparameterSpec one) {
        return one.learned() ? " tuned as " + one.parametrization() : " " + one.initial();
    }
}
