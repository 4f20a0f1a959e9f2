package io.github.gradkit.advtrain.attack;

/**
 * The fast gradient sign method and its siblings for other norms: one step of length epsilon from
 * the input along the direction of steepest ascent.
 *
 * <p>That is epsilon times the sign of the gradient for linf, the normalised gradient for l2, and
 * the one feature with the largest gradient for l1; then the projection onto the bounds. The cost
 * is one forward and backward pass, and with {@link Attack#perturb} one more forward pass before
 * and after.
 *
 * <p>Source: I. Goodfellow, J. Shlens, C. Szegedy, <em>Explaining and Harnessing Adversarial
 * Examples</em>, ICLR 2015, section 4.
 */
public final class Fgsm {

    private static final double RANDOM_START_STEP = 1.25;

    private Fgsm() {}

    /**
     * Returns the attack.
     *
     * @param ball where perturbed inputs may lie
     * @return {@link Pgd} with one step of length epsilon and no random start, since that is what
     *     it is
     */
    public static Attack of(EpsilonBall ball) {
        Pgd.Builder builder =
                Pgd.builder()
                        .setBall(ball)
                        .optSteps(1)
                        .optStart(PerturbationStart.zero())
                        .optTopShare(0)
                        .optName("FGSM");
        return ball.epsilon() > 0 ? builder.optStepSize(ball.epsilon()).build() : builder.build();
    }

    /**
     * Returns the attack with a random start, the inner step of fast adversarial training: a
     * uniform start, one step of length 1.25 epsilon, projection. In the l1 norm the step of {@link
     * Attack#adversarial} goes along a share of the features, see {@link Pgd.Builder#optTopShare}.
     *
     * <p>Source: E. Wong, L. Rice, J. Z. Kolter, <em>Fast is better than free: Revisiting
     * adversarial training</em>, ICLR 2020, algorithm 3.
     *
     * @param ball where perturbed inputs may lie
     * @param seed decides the starts
     * @return the attack
     */
    public static Attack randomStart(EpsilonBall ball, long seed) {
        Pgd.Builder builder =
                Pgd.builder().setBall(ball).optSteps(1).optSeed(seed).optName("RS-FGSM");
        return ball.epsilon() > 0
                ? builder.optStepSize(RANDOM_START_STEP * ball.epsilon()).build()
                : builder.build();
    }
}
