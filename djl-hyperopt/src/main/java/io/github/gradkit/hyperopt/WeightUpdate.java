package io.github.gradkit.hyperopt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import org.jspecify.annotations.Nullable;

/**
 * Updates weights in place and sets their gradient to zero.
 *
 * <p>Every update ends in one of the two native updates that the PyTorch engine has. They work
 * without recording a graph, whatever the thread's mode, and clear the gradient even of NaN.
 * AdaGrad, RMSProp, Nesterov and the reference's momentum compute the step from array operations
 * and hand it to the native gradient descent.
 */
final class WeightUpdate {

    private static final float NO_CLIP = -1f;

    private WeightUpdate() {}

    /**
     * Updates one weight.
     *
     * @param weight the weight, changed
     * @param gradient its gradient, rescaled and clipped, of the weight's shape; not changed
     * @param decayed that gradient with weight decay; the same array if there is none
     * @param memory what the rule remembers of this weight, of its shape; changed
     * @param h the hyperparameters
     */
    static void run(
            NDArray weight, NDArray gradient, NDArray decayed, NDArray[] memory, AppliedValues h) {
        switch (h.spec().kind()) {
            case SGD -> descend(weight, gradient, null, h.rate(), h.weightDecay(), 0);
            case MOMENTUM_SGD -> momentum(weight, gradient, decayed, memory[0], h);
            case NESTEROV -> nesterov(weight, decayed, memory[0], h);
            case ADAGRAD, RMSPROP -> divided(weight, decayed, memory[0], h);
            case ADAM, ADAMW -> adam(weight, gradient, memory, h);
        }
    }

    /**
     * Sets the gradient of a weight to zero, even if it holds NaN. It is the end of an update of
     * nothing: half the cost of writing zeros through a handle.
     *
     * @param weight the weight; its values stay
     * @param nothing a zero
     */
    static void clear(NDArray weight, NDArray nothing) {
        NDList inputs = new NDList(nothing, nothing);
        weight.getNDArrayInternal()
                .sgdUpdate(inputs, new NDList(weight), 0, 0, 1f, NO_CLIP, 0, true);
    }

    /** Returns the gradient with weight decay: a new array, or the gradient itself without. */
    static NDArray decayed(NDArray weight, NDArray gradient, AppliedValues h) {
        if (!h.decaysGradient()) {
            return gradient;
        }
        // A thread may be recording a graph; the weight must not draw the result into it.
        try (NDArray plain = weight.stopGradient()) {
            return plain.mul(h.weightDecay()).addi(gradient);
        }
    }

    private static void momentum(
            NDArray weight, NDArray gradient, NDArray decayed, NDArray buffer, AppliedValues h) {
        if (h.spec().isReference()) {
            buffer.muli(h.momentum()).addi(decayed);
            descend(weight, buffer, null, h.rate(), 0, 0);
        } else {
            descend(weight, gradient, buffer, h.rate(), h.weightDecay(), h.momentum());
        }
    }

    private static void nesterov(NDArray weight, NDArray decayed, NDArray buffer, AppliedValues h) {
        buffer.muli(h.momentum()).addi(decayed);
        try (NDArray ahead = buffer.mul(h.momentum())) {
            descend(weight, ahead.addi(decayed), null, h.rate(), 0, 0);
        }
    }

    private static void divided(NDArray weight, NDArray decayed, NDArray sum, AppliedValues h) {
        try (NDArray square = decayed.mul(decayed)) {
            if (h.spec().kind() == RuleKind.RMSPROP) {
                sum.muli(h.gamma());
                square.muli(1 - h.gamma());
            }
            sum.addi(square);
        }
        try (NDArray den = WeightBasis.denominator(sum, h);
                NDArray step = decayed.div(den)) {
            descend(weight, step, null, h.rate(), 0, 0);
        }
    }

    private static void descend(
            NDArray weight,
            NDArray gradient,
            @Nullable NDArray buffer,
            float rate,
            float weightDecay,
            float momentum) {
        NDList inputs =
                buffer == null
                        ? new NDList(weight, gradient)
                        : new NDList(weight, gradient, buffer);
        weight.getNDArrayInternal()
                .sgdUpdate(
                        inputs, new NDList(weight), rate, weightDecay, 1f, NO_CLIP, momentum, true);
    }

    private static void adam(NDArray weight, NDArray gradient, NDArray[] memory, AppliedValues h) {
        AdamTerms terms = h.adamTerms();
        weight.getNDArrayInternal()
                .adamUpdate(
                        new NDList(weight, gradient, memory[0], memory[1]),
                        new NDList(weight),
                        h.rate(),
                        (float) terms.rate(),
                        h.weightDecay(),
                        1f,
                        NO_CLIP,
                        h.beta1(),
                        h.beta2(),
                        (float) terms.epsilon(),
                        true,
                        h.spec().kind() == RuleKind.ADAMW);
    }
}
