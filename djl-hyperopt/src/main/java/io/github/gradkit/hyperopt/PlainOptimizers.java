package io.github.gradkit.hyperopt;

import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.optimizer.Optimizer.OptimizerBuilder;
import ai.djl.training.tracker.Tracker;
import org.jspecify.annotations.Nullable;

/** DJL's own optimizers with given constants. */
final class PlainOptimizers {

    private PlainOptimizers() {}

    /**
     * Returns DJL's optimizer, or {@code null} if it has none on PyTorch that computes the same.
     */
    static @Nullable Optimizer of(TowerPlan plan, HyperValues h) {
        // DJL clips one side only.
        if (plan.base().isReference() || plan.scaling().clips()) {
            return null;
        }
        Tracker rate = rate(plan.schedule(), h.alpha());
        return switch (plan.base().kind()) {
            case SGD -> common(Optimizer.sgd(), plan, h).setLearningRateTracker(rate).build();
            case MOMENTUM_SGD ->
                    common(Optimizer.sgd(), plan, h)
                            .setLearningRateTracker(rate)
                            .optMomentum((float) h.momentum())
                            .build();
            case ADAM ->
                    common(Optimizer.adam(), plan, h)
                            .optLearningRateTracker(rate)
                            .optBeta1((float) h.beta1())
                            .optBeta2((float) h.beta2())
                            .optEpsilon((float) h.epsilon())
                            .build();
            case ADAMW ->
                    common(Optimizer.adamW(), plan, h)
                            .optLearningRateTracker(rate)
                            .optBeta1((float) h.beta1())
                            .optBeta2((float) h.beta2())
                            .optEpsilon((float) h.epsilon())
                            .build();
            case NESTEROV, ADAGRAD, RMSPROP -> null;
        };
    }

    private static Tracker rate(@Nullable Tracker schedule, double alpha) {
        return schedule == null
                ? Tracker.fixed((float) alpha)
                : step -> (float) (alpha * schedule.getNewValue(step));
    }

    private static <B extends OptimizerBuilder<B>> B common(
            B builder, TowerPlan plan, HyperValues h) {
        return builder.setRescaleGrad(plan.scaling().rescale())
                .optWeightDecays((float) h.weightDecay());
    }
}
