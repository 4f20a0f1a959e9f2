package io.github.gradkit.learninit.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.gradkit.advtrain.attack.AttackLoss;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Norm;
import io.github.gradkit.learninit.internal.Checks;
import io.github.gradkit.learninit.internal.Scoped;

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

    /** Changes elsewhere can only be reached in part, and teach the network to saturate. */
    static void requireInside(EpsilonBall ball, NDArray changes) {
        float[] lengths = lengths(ball.norm(), changes);
        double most = ball.epsilon() * (1 + slack(changes.getDataType()));
        for (int i = 0; i < lengths.length; i++) {
            // NaN is not less than anything.
            if (!(lengths[i] <= most)) {
                throw new IllegalArgumentException(
                        "The change of example "
                                + i
                                + " has the length "
                                + lengths[i]
                                + " in the norm "
                                + ball.norm()
                                + ", but the start is for "
                                + ball
                                + ", and can't learn to go farther. Give finite changes of attacks"
                                + " in that ball, in units of the inputs.");
            }
        }
    }

    /** What changes can be too long by, as differences of rounded inputs. */
    private static double slack(DataType type) {
        return type == DataType.FLOAT32 || type == DataType.FLOAT64 ? 0.01 : 0.1;
    }

    private static float[] lengths(Norm norm, NDArray changes) {
        try (NDManager scope = changes.getManager().newSubManager()) {
            NDArray typed = changes.toType(StartNet.TYPE, true);
            typed.attach(scope);
            NDArray sizes = Scoped.flat(typed).abs();
            int[] features = {1};
            return switch (norm) {
                case LINF -> sizes.max(features).toFloatArray();
                case L2 -> sizes.square().sum(features).sqrt().toFloatArray();
                case L1 -> sizes.sum(features).toFloatArray();
            };
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
