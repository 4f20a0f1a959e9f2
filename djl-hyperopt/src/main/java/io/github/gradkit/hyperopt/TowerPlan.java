package io.github.gradkit.hyperopt;

import ai.djl.training.tracker.Tracker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All that a tower was built with.
 *
 * @param base the rule of the weights
 * @param above the rules of the levels above, from below
 * @param safeguards the limits
 * @param grouping which parameters share hyperparameters
 * @param schedule the base schedule, or {@code null}
 * @param scaling what is done to every gradient
 * @param fixedByGroup hyperparameters that differ from those of the base rule, by group
 */
record TowerPlan(
        RuleSpec base,
        List<RuleSpec> above,
        Safeguards safeguards,
        Grouping grouping,
        @Nullable Tracker schedule,
        GradientScaling scaling,
        Map<String, Map<Hyperparameter, Double>> fixedByGroup) {

    static TowerPlan of(
            UpdateRule base,
            List<UpdateRule> above,
            Semantics semantics,
            Safeguards safeguards,
            Grouping grouping,
            @Nullable Tracker schedule,
            GradientScaling scaling) {
        List<RuleSpec> specs = new ArrayList<>();
        for (int i = 0; i < above.size(); i++) {
            specs.add(above.get(i).resolve(semantics, i + 1 < above.size()));
        }
        return new TowerPlan(
                base.resolve(semantics, !above.isEmpty()),
                List.copyOf(specs),
                safeguards,
                grouping,
                schedule,
                scaling,
                Map.of());
    }

    /** The same base without levels above, with constants. */
    TowerPlan constant(Map<String, Map<Hyperparameter, Double>> byGroup) {
        return new TowerPlan(
                base.withoutTuning(),
                List.of(),
                Safeguards.none(),
                grouping,
                schedule,
                scaling,
                byGroup);
    }

    /** What two towers must have in common to share a file. */
    String signature() {
        List<RuleSpec> all = new ArrayList<>();
        all.add(base);
        all.addAll(above);
        return base.semantics()
                + ": "
                + all.stream().map(RuleSpec::signature).collect(Collectors.joining(", tuned by "));
    }
}
