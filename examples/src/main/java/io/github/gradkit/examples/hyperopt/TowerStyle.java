package io.github.gradkit.examples.hyperopt;

import io.github.gradkit.hyperopt.HyperTower;
import io.github.gradkit.hyperopt.Safeguards;
import io.github.gradkit.hyperopt.Semantics;
import io.github.gradkit.hyperopt.UpdateRule;
import java.util.List;

/**
 * What all towers of a run have in common.
 *
 * <p>The safeguards keep rates positive by their limit on the change per step. Tuning logarithms of
 * rates would do so too, but a far too small rate would then hardly move: the derivative by the
 * logarithm is smaller than that by the rate by the rate itself.
 *
 * @param semantics the form of the formulas
 * @param safe whether they have safeguards
 */
record TowerStyle(Semantics semantics, boolean safe) {

    HyperTower tower(UpdateRule base, List<UpdateRule> above) {
        HyperTower.Builder builder =
                HyperTower.builder()
                        .setBase(base)
                        .optSemantics(semantics)
                        .optSafeguards(safe ? Safeguards.recommended() : Safeguards.none());
        above.forEach(builder::tunedBy);
        return builder.build();
    }

    String describe() {
        String form = semantics == Semantics.REFERENCE ? "as in the paper's program" : "as in DJL";
        return "formulas " + form + ", " + (safe ? "with" : "without") + " safeguards";
    }
}
