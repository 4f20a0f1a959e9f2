package io.github.gradkit.hyperopt;

/**
 * The factors of Adam's update that all weights share.
 *
 * <p>Both forms are {@code w -= rate * m / (sqrt(v) + epsilon)}: in the reference's form the
 * correction of v is moved out of the denominator, which multiplies its epsilon by {@code sqrt(1 -
 * beta2^t)}.
 *
 * @param rate alpha times the correction
 * @param correction {@code sqrt(1 - beta2^t) / (1 - beta1^t)}
 * @param epsilon what is added to the root of v
 * @param epsilonScale the derivative of that by the hyperparameter epsilon
 * @param beta1Decay {@code t beta1^(t-1) / (1 - beta1^t)}
 * @param beta2Decay {@code t beta2^(t-1) / (2 (1 - beta2^t))}
 * @param isReference whether epsilon depends on beta2
 */
record AdamTerms(
        double rate,
        double correction,
        double epsilon,
        double epsilonScale,
        double beta1Decay,
        double beta2Decay,
        boolean isReference) {

    static AdamTerms of(HyperValues h, long t) {
        return of(h.alpha(), h.beta1(), h.beta2(), h.epsilon(), t, h.spec().isReference());
    }

    static AdamTerms of(
            double alpha,
            double beta1,
            double beta2,
            double epsilon,
            long step,
            boolean isReference) {
        double t = step;
        double c1 = 1 - Math.pow(beta1, t);
        double c2 = 1 - Math.pow(beta2, t);
        double correction = Math.sqrt(c2) / c1;
        double scale = isReference ? Math.sqrt(c2) : 1;
        return new AdamTerms(
                // In this order DJL's own Adam computes it; another order may round otherwise.
                alpha * Math.sqrt(c2) / c1,
                correction,
                epsilon * scale,
                scale,
                t * Math.pow(beta1, t - 1) / c1,
                t * Math.pow(beta2, t - 1) / (2 * c2),
                isReference);
    }
}
