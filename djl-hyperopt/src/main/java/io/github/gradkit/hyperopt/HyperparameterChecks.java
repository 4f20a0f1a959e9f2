package io.github.gradkit.hyperopt;

/** The rules that hyperparameters must follow. */
final class HyperparameterChecks {

    private HyperparameterChecks() {}

    static void value(RuleKind kind, Hyperparameter hyperparameter, double value) {
        boolean fine =
                switch (hyperparameter) {
                    case ALPHA -> Double.isFinite(value);
                    case MOMENTUM -> Double.isFinite(value) && value != 0;
                    case BETA1, BETA2, GAMMA -> value >= 0 && value <= Bounds.DECAY.max();
                    case EPSILON, WEIGHT_DECAY -> value >= 0 && Double.isFinite(value);
                };
        if (!fine) {
            throw new IllegalArgumentException(
                    "The "
                            + hyperparameter
                            + " of "
                            + kind
                            + " must be "
                            + rule(hyperparameter)
                            + ", but was "
                            + value
                            + ".");
        }
    }

    private static String rule(Hyperparameter hyperparameter) {
        return switch (hyperparameter) {
            case ALPHA -> "a finite number";
            case MOMENTUM -> "a finite number other than 0 (without momentum use sgd)";
            case BETA1, BETA2, GAMMA -> "from 0 to 0.999999";
            case EPSILON, WEIGHT_DECAY -> "a finite number, 0 or more";
        };
    }

    static HyperparameterSpec spec(
            RuleKind kind,
            Hyperparameter hyperparameter,
            double value,
            boolean learned,
            Parametrization parametrization,
            Bounds wanted) {
        HyperparameterSpec spec =
                new HyperparameterSpec(
                        value,
                        learned,
                        parametrization,
                        bounds(hyperparameter, parametrization, wanted));
        if (learned) {
            requireReachable(kind, hyperparameter, spec);
        }
        return spec;
    }

    private static Bounds bounds(
            Hyperparameter hyperparameter, Parametrization parametrization, Bounds wanted) {
        return switch (hyperparameter) {
            case BETA1, BETA2, GAMMA -> wanted.within(Bounds.DECAY);
            case MOMENTUM -> momentum(parametrization, wanted);
            default -> wanted;
        };
    }

    private static Bounds momentum(Parametrization parametrization, Bounds wanted) {
        if (parametrization != Parametrization.SIGMOID) {
            return wanted.ofMomentum();
        }
        return wanted.equals(Bounds.NONE) ? Bounds.MOMENTUM : wanted.within(Bounds.DECAY);
    }

    private static void requireReachable(
            RuleKind kind, Hyperparameter hyperparameter, HyperparameterSpec spec) {
        double value = spec.initial();
        if (!spec.bounds().contains(value)) {
            throw new IllegalArgumentException(
                    "The first "
                            + hyperparameter
                            + " of "
                            + kind
                            + " is tuned and must lie in its bounds "
                            + spec.bounds().min()
                            + " to "
                            + spec.bounds().max()
                            + ", but was "
                            + value
                            + ".");
        }
        double raw = spec.parametrization().toRaw(value);
        if (!Double.isFinite(raw) || spec.parametrization().derivative(raw) == 0) {
            throw new IllegalArgumentException(
                    "The first "
                            + hyperparameter
                            + " of "
                            + kind
                            + " can't be "
                            + value
                            + " with the parametrization "
                            + spec.parametrization()
                            + ", which never reaches that value or never leaves it. Start from"
                            + " another value or choose another parametrization.");
        }
    }
}
