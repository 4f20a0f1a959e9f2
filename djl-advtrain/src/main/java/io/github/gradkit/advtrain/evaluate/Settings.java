package io.github.gradkit.advtrain.evaluate;

import ai.djl.util.Progress;
import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an evaluation is to do.
 *
 * @param ball the main ball
 * @param attacks the attacks within it, in order
 * @param curve makes the attack of the curve
 * @param blackBox makes the attack without gradients of the checklist
 * @param epsilons the radii of the curve, or {@code null} for the default
 * @param checklistExamples how many examples the checklist looks at
 * @param targets how many targets targeted attacks use, 0 if they were left to the library
 * @param batchSize examples at once
 * @param seed decides random choices of the attacks made here
 * @param progress is told how far it is
 * @param stateFile keeps what is done
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record Settings(
        EpsilonBall ball,
        List<Attack> attacks,
        Function<EpsilonBall, Attack> curve,
        Function<EpsilonBall, Attack> blackBox,
        double @Nullable [] epsilons,
        int checklistExamples,
        int targets,
        int batchSize,
        long seed,
        @Nullable Progress progress,
        @Nullable Path stateFile) {

    /** Tries the functions that make attacks, which are else needed after hours of others. */
    void checkFunctions() {
        if (ball.epsilon() > 0) {
            curveAttack(ball.epsilon());
            // A function that does not look at its ball would pass with one radius.
            curveAttack(ball.epsilon() / 2);
        }
        blackBoxAttack();
    }

    /** Makes the attack of the curve for a radius. */
    Attack curveAttack(double epsilon) {
        EpsilonBall wanted = ball.withEpsilon(epsilon);
        return within(wanted, curve.apply(wanted));
    }

    /** Makes the attack without gradients of the checklist. */
    Attack blackBoxAttack() {
        return within(ball, blackBox.apply(ball));
    }

    /** Refuses an attack that was made for another ball than it was asked for. */
    static Attack within(EpsilonBall wanted, Attack attack) {
        if (!attack.ball().equals(wanted)) {
            throw new IllegalArgumentException(
                    "The attack "
                            + attack.name()
                            + " works within "
                            + attack.ball()
                            + ", but the evaluation is about "
                            + wanted
                            + ". Make the attack from the ball that the function is given.");
        }
        return attack;
    }

    /** Returns what must be the same for figures to be comparable; not the batch size. */
    String text() {
        return describe(ball)
                + ", attacks "
                + attacks.stream().map(Attack::name).toList()
                + ", curve "
                + curveAttack(ball.epsilon()).name()
                + " at "
                + (epsilons == null ? "default epsilons" : Arrays.toString(epsilons))
                + ", checklist on "
                + checklistExamples
                + " with "
                + blackBoxAttack().name()
                + ", seed "
                + seed;
    }

    private static String describe(EpsilonBall ball) {
        Digest digest = new Digest().add(ball.lower()).add(ball.upper());
        double[] scale = ball.scale();
        boolean[] mutable = ball.mutable();
        digest.add(scale == null ? new double[0] : scale);
        digest.add(Arrays.toString(mutable));
        return ball + " (bounds " + digest.text().substring(0, 8) + ")";
    }
}
