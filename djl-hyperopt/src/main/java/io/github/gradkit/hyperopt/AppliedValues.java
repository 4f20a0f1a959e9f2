package io.github.gradkit.hyperopt;

/**
 * The hyperparameters that one update of the weights was made with, as the engine took them.
 *
 * <p>They are rounded to float, because the closed forms must describe what the engine computed:
 * {@code 1 - beta2} differs by 1e-5 between float and double.
 *
 * @param spec the rule
 * @param schedule the value of the base schedule, or 1
 * @param rate alpha times the schedule
 * @param momentum the momentum
 * @param beta1 beta1
 * @param beta2 beta2
 * @param gamma gamma
 * @param epsilon epsilon
 * @param weightDecay the weight decay
 * @param step the number of the update, from 1
 */
record AppliedValues(
        RuleSpec spec,
        float schedule,
        float rate,
        float momentum,
        float beta1,
        float beta2,
        float gamma,
        float epsilon,
        float weightDecay,
        long step) {

    static AppliedValues of(HyperValues h, float schedule, long step) {
        return new AppliedValues(
                h.spec(),
                schedule,
                (float) (h.alpha() * schedule),
                (float) h.momentum(),
                (float) h.beta1(),
                (float) h.beta2(),
                (float) h.gamma(),
                (float) h.epsilon(),
                (float) h.weightDecay(),
                step);
    }

    AdamTerms adamTerms() {
        return AdamTerms.of(rate, beta1, beta2, epsilon, step, spec.isReference());
    }

    /** Tells whether this is the first update in DJL's form, where all memory was 0 before. */
    boolean isFirstOfDjl() {
        return step == 1 && !spec.isReference();
    }

    /** Tells whether the weight decay is added to the gradient. */
    boolean decaysGradient() {
        return weightDecay != 0 && spec.kind() != RuleKind.ADAMW;
    }
}
