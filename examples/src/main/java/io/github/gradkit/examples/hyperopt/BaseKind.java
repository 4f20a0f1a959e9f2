package io.github.gradkit.examples.hyperopt;

import io.github.gradkit.hyperopt.UpdateRule;
import java.util.List;
import java.util.Locale;

/** The optimizers of the weights to choose from. */
enum BaseKind {
    /** Gradient descent; its learning rate is tuned. */
    SGD("SGD") {
        @Override
        UpdateRule rule(double alpha) {
            return UpdateRule.sgd(alpha);
        }
    },
    /** Adam; its learning rate and its betas are tuned. */
    ADAM("Adam") {
        @Override
        UpdateRule rule(double alpha) {
            return UpdateRule.adam(alpha);
        }
    };

    private final String title;

    BaseKind(String title) {
        this.title = title;
    }

    abstract UpdateRule rule(double alpha);

    String title() {
        return title;
    }

    /** What {@code --base} may ask for. */
    enum Choice {
        SGD,
        ADAM,
        BOTH;

        List<BaseKind> kinds() {
            return switch (this) {
                case SGD -> List.of(BaseKind.SGD);
                case ADAM -> List.of(BaseKind.ADAM);
                case BOTH -> List.of(BaseKind.values());
            };
        }

        /** Returns the name as typed on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Returns the name as typed on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
