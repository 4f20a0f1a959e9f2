package io.github.gradkit.learninit.attack;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.advtrain.attack.AttackLoss;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.learninit.internal.Checks;

/** The rules for what a learned start is trained with. */
final class LessonChecks {

    private LessonChecks() {}

    static void require(StartNet net, NDArray inputs, int[] labels, int passes) {
        Checks.atLeast(labels.length, 1, "The number of examples to learn from");
        Checks.atLeast(passes, 1, "The number of passes over the examples");
        net.requireBatch(inputs, labels);
    }

    static void requireSame(NDArray inputs, NDArray changes) {
        if (!inputs.getShape().equals(changes.getShape())) {
            throw new IllegalArgumentException(
                    "There must be a change for each input, but the inputs are "
                            + inputs.getShape()
                            + " and the changes "
                            + changes.getShape()
                            + ".");
        }
    }

    static void requireSame(EpsilonBall learned, EpsilonBall attacked) {
        if (!learned.equals(attacked)) {
            throw new IllegalArgumentException(
                    "The start is for "
                            + learned
                            + ", but the attack to imitate is in "
                            + attacked
                            + ". Its changes would be too large or too small: attack in the same"
                            + " ball.");
        }
    }

    static void requireFree(AttackLoss loss) {
        if (loss.needsCleanLogits()) {
            throw new IllegalArgumentException(
                    "The loss "
                            + loss.title()
                            + " needs the scores of the unperturbed inputs, which training a start"
                            + " doesn't have. Use one without, such as the cross-entropy.");
        }
    }
}
