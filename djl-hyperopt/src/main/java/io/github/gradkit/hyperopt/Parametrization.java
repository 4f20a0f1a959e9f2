package io.github.gradkit.hyperopt;

/**
 * How a hyperparameter is written as an unbounded raw number for the level above to move.
 *
 * <p>The level above subtracts its step from the raw number; a parametrization decides which values
 * can be reached. A hypergradient is the derivative of the loss by the raw number.
 */
public enum Parametrization {
    /** The raw number is the value. Any value can be reached, below zero too. */
    IDENTITY {
        @Override
        public double toValue(double raw) {
            return raw;
        }

        @Override
        public double toRaw(double value) {
            return value;
        }

        @Override
        public double derivative(double raw) {
            return 1;
        }
    },
    /** {@code value = raw * raw}: at least 0. */
    SQUARE {
        @Override
        public double toValue(double raw) {
            return raw * raw;
        }

        @Override
        public double toRaw(double value) {
            return Math.sqrt(value);
        }

        @Override
        public double derivative(double raw) {
            return 2 * raw;
        }
    },
    /** {@code value = exp(raw)}: greater than 0, and moved by factors instead of summands. */
    LOG {
        @Override
        public double toValue(double raw) {
            return Math.exp(raw);
        }

        @Override
        public double toRaw(double value) {
            return Math.log(value);
        }

        @Override
        public double derivative(double raw) {
            return Math.exp(raw);
        }
    },
    /** {@code value = 10 ^ raw}: greater than 0. */
    LOG10 {
        @Override
        public double toValue(double raw) {
            return Math.pow(10, raw);
        }

        @Override
        public double toRaw(double value) {
            return Math.log10(value);
        }

        @Override
        public double derivative(double raw) {
            return Math.pow(10, raw) * Math.log(10);
        }
    },
    /** {@code value = log(1 + exp(raw))}: greater than 0, close to the raw number where large. */
    SOFTPLUS {
        @Override
        public double toValue(double raw) {
            return Math.max(raw, 0) + Math.log1p(Math.exp(-Math.abs(raw)));
        }

        @Override
        public double toRaw(double value) {
            return value + Math.log(-Math.expm1(-value));
        }

        @Override
        public double derivative(double raw) {
            return 1 / (1 + Math.exp(-raw));
        }
    },
    /** {@code value = (tanh(raw) + 1) / 2}: between 0 and 1. */
    SIGMOID {
        @Override
        public double toValue(double raw) {
            // Not by tanh, which would round to 1 early and lose the way back.
            return 1 / (1 + Math.exp(-2 * raw));
        }

        @Override
        public double toRaw(double value) {
            return 0.5 * (Math.log(value) - Math.log1p(-value));
        }

        @Override
        public double derivative(double raw) {
            double value = toValue(raw);
            return 2 * value * (1 - value);
        }
    };

    /**
     * Returns the value of a raw number.
     *
     * @param raw the raw number
     * @return the value
     */
    public abstract double toValue(double raw);

    /**
     * Returns the raw number of a value.
     *
     * @param value a value that can be reached
     * @return the raw number; not finite if the value can't be reached
     */
    public abstract double toRaw(double value);

    /**
     * Returns the derivative of the value by the raw number.
     *
     * @param raw the raw number
     * @return the derivative there
     */
    public abstract double derivative(double raw);
}
