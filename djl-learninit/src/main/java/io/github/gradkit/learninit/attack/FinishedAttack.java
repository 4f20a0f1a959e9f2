package io.github.gradkit.learninit.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.AttackInput;
import io.github.gradkit.advtrain.attack.GradientScorer;
import io.github.gradkit.learninit.internal.Scoped;
import java.util.Arrays;
import java.util.stream.LongStream;

/** Attacks many examples, some at a time. */
final class FinishedAttack {

    private static final int BATCH = 256;

    private FinishedAttack() {}

    /** Returns the changes the attack ends with, on the manager of the inputs. */
    static NDArray changes(GradientScorer scorer, Attack attack, NDArray inputs, int[] labels) {
        NDArray changes = inputs.zerosLike();
        try {
            for (int from = 0; from < labels.length; from += BATCH) {
                int to = Math.min(labels.length, from + BATCH);
                attack(scorer, attack, inputs, labels, changes, from, to);
            }
            return changes;
        } catch (RuntimeException | Error e) {
            changes.close();
            throw e;
        }
    }

    private static void attack(
            GradientScorer scorer,
            Attack attack,
            NDArray inputs,
            int[] labels,
            NDArray changes,
            int from,
            int to) {
        NDIndex rows = new NDIndex().addSliceDim(from, to);
        try (NDManager scope = inputs.getManager().newSubManager()) {
            NDArray some = Scoped.view(inputs, scope).get(rows);
            AttackInput batch =
                    AttackInput.of(some, Arrays.copyOfRange(labels, from, to))
                            .withIndices(LongStream.range(from, to).toArray());
            changes.set(rows, attack.adversarial(scorer, batch).sub(some));
        }
    }
}
