package io.github.gradkit.hyperopt;

import static io.github.gradkit.hyperopt.Hyperparameter.ALPHA;
import static io.github.gradkit.hyperopt.Hyperparameter.EPSILON;
import static io.github.gradkit.hyperopt.Hyperparameter.WEIGHT_DECAY;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A tower to compare with its twin.
 *
 * @param name what is special about it
 * @param semantics the form of the formulas
 * @param rules the rules from the base upwards
 */
record TowerCase(String name, Semantics semantics, List<UpdateRule> rules) {

    private static final UpdateRule KAPPA = UpdateRule.sgd(1e-3);

    @Override
    public String toString() {
        return name + " (" + semantics + ")";
    }

    HyperTower.Builder builder() {
        HyperTower.Builder builder =
                HyperTower.builder().setBase(rules.get(0)).optSemantics(semantics);
        rules.subList(1, rules.size()).forEach(builder::tunedBy);
        return builder;
    }

    /** Every rule, with numbers that change much within a few steps. */
    static UpdateRule rule(RuleKind kind) {
        return switch (kind) {
            case SGD -> UpdateRule.sgd(.05);
            case MOMENTUM_SGD -> UpdateRule.momentum(.05, .7);
            case NESTEROV -> UpdateRule.nesterov(.04, .6);
            case ADAGRAD -> UpdateRule.adaGrad(.05);
            case RMSPROP -> UpdateRule.rmsProp(.02).with(EPSILON, 1e-3);
            case ADAM -> UpdateRule.adam(.02).with(EPSILON, 1e-3);
            case ADAMW -> UpdateRule.adamW(.02).with(EPSILON, 1e-3);
        };
    }

    static List<Hyperparameter> learnable(RuleKind kind) {
        return kind.hyperparameters().stream().filter(kind::canLearn).toList();
    }

    static Stream<TowerCase> all() {
        return Arrays.stream(Semantics.values())
                .flatMap(
                        semantics ->
                                Stream.of(ofEveryRule(), heights(), mixed(), parametrizations())
                                        .flatMap(List::stream)
                                        .map(
                                                one ->
                                                        new TowerCase(
                                                                one.name(),
                                                                semantics,
                                                                one.rules())));
    }

    /** Every hyperparameter alone and all together, without and with weight decay. */
    private static List<TowerCase> ofEveryRule() {
        List<TowerCase> cases = new ArrayList<>();
        for (RuleKind kind : RuleKind.values()) {
            for (double decay : new double[] {0, .1}) {
                UpdateRule rule = rule(kind).with(WEIGHT_DECAY, decay);
                List<Hyperparameter> all = learnable(kind);
                String end = decay == 0 ? "" : " with weight decay";
                all.forEach(h -> cases.add(of(kind + " " + h + end, rule.learn(h), KAPPA)));
                Hyperparameter[] together = all.toArray(Hyperparameter[]::new);
                cases.add(of(kind + " all" + end, rule.learn(together), KAPPA));
            }
        }
        return cases;
    }

    private static List<TowerCase> heights() {
        UpdateRule[] sgd = {
            UpdateRule.sgd(.05),
            KAPPA,
            UpdateRule.sgd(1e-5),
            UpdateRule.sgd(1e-7),
            UpdateRule.sgd(1e-9)
        };
        UpdateRule[] adam = {
            rule(RuleKind.ADAM),
            UpdateRule.adam(1e-3),
            UpdateRule.adam(1e-4),
            UpdateRule.adam(1e-5),
            UpdateRule.adam(1e-6)
        };
        List<TowerCase> cases = new ArrayList<>();
        for (int height = 1; height <= 4; height++) {
            cases.add(of("SGD of height " + height, Arrays.copyOf(sgd, height + 1)));
            cases.add(of("Adam of height " + height, Arrays.copyOf(adam, height + 1)));
        }
        return cases;
    }

    private static List<TowerCase> mixed() {
        List<TowerCase> cases = new ArrayList<>();
        for (RuleKind parent : RuleKind.values()) {
            UpdateRule middle = rule(parent).with(ALPHA, 1e-3);
            cases.add(of("Adam by " + parent, rule(RuleKind.ADAM), middle));
            cases.add(
                    of(
                            "RMSProp by all of " + parent + " by momentum",
                            rule(RuleKind.RMSPROP),
                            middle.with(WEIGHT_DECAY, .01)
                                    .learn(learnable(parent).toArray(Hyperparameter[]::new)),
                            UpdateRule.momentum(1e-6, .5)));
        }
        cases.add(
                of(
                        "RMSProp by Adam by momentum",
                        rule(RuleKind.RMSPROP),
                        UpdateRule.adam(1e-3),
                        UpdateRule.momentum(1e-5, .5)));
        cases.add(
                of(
                        "AdamW by Nesterov by AdaGrad by RMSProp",
                        rule(RuleKind.ADAMW),
                        UpdateRule.nesterov(1e-3, .5),
                        UpdateRule.adaGrad(1e-5),
                        UpdateRule.rmsProp(1e-7)));
        return cases;
    }

    private static List<TowerCase> parametrizations() {
        List<TowerCase> cases = new ArrayList<>();
        for (Parametrization form : Parametrization.values()) {
            for (RuleKind kind : List.of(RuleKind.MOMENTUM_SGD, RuleKind.ADAM, RuleKind.ADAMW)) {
                cases.add(
                        of(
                                "alpha of " + kind + " as " + form,
                                rule(kind).parametrize(ALPHA, form),
                                UpdateRule.sgd(.01),
                                UpdateRule.sgd(1e-4)));
            }
        }
        return cases;
    }

    private static TowerCase of(String name, UpdateRule... rules) {
        return new TowerCase(name, Semantics.DJL, List.of(rules));
    }
}
