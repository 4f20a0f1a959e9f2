package io.github.gradkit.advtrain.linear;

/** Losses of a margin whose gradient descent the theory describes. */
public enum LinearLoss {
    /** {@code exp(-m)}. */
    EXPONENTIAL {
        @Override
        public double logValue(double margin) {
            return -margin;
        }

        @Override
        public double weight(double margin) {
            return Math.exp(-margin);
        }
    },
    /** {@code log(1 + exp(-m))}. */
    LOGISTIC {
        @Override
        public double logValue(double margin) {
            if (margin > TAIL) {
                return -margin;
            }
            double value =
                    margin > 0
                            ? Math.log1p(Math.exp(-margin))
                            : Math.log1p(Math.exp(margin)) - margin;
            return Math.log(value);
        }

        @Override
        public double weight(double margin) {
            return 1 / (1 + Math.exp(margin));
        }
    };

    /** Beyond it the two losses are equal to all digits, and the exponential is not yet 0. */
    private static final double TAIL = 40;

    /**
     * Returns the loss of a margin.
     *
     * @param margin the margin
     * @return its loss; 0 or infinity where it is no double number
     */
    public double value(double margin) {
        return Math.exp(logValue(margin));
    }

    /**
     * Returns the logarithm of the loss of a margin, which is finite also where the loss is no
     * double number.
     *
     * @param margin the margin
     * @return the natural logarithm of its loss
     */
    public abstract double logValue(double margin);

    /**
     * Returns how much the loss falls per unit of margin.
     *
     * @param margin the margin
     * @return minus the derivative of the loss; positive, or 0 where it is no double number
     */
    public abstract double weight(double margin);

    /**
     * Returns the logarithm of the mean loss, without overflow or underflow.
     *
     * @param margins the margins, at least one
     * @return the natural logarithm of the mean of their losses
     */
    public double logMean(double... margins) {
        double largest = logValue(Vectors.min(margins));
        if (!Double.isFinite(largest)) {
            return largest;
        }
        double sum = 0;
        for (double margin : margins) {
            sum += Math.exp(logValue(margin) - largest);
        }
        return largest + Math.log(sum / margins.length);
    }

    /**
     * Returns the logarithm of the mean loss under the worst perturbation.
     *
     * @param data the examples
     * @param ball the perturbations; of radius 0 for the plain mean loss
     * @param theta the weights of the linear model
     * @return the natural logarithm of {@code mean_i loss(z_i . theta - c ||theta||_p)}
     * @throws IllegalArgumentException if the number of weights is not that of the features
     */
    public double logRisk(SignedData data, LqBall ball, double... theta) {
        return logMean(ball.margins(data, theta));
    }
}
