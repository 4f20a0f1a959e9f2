package io.github.gradkit.learninit.descent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

/** Polyak's momentum. */
record MomentumRule(double share) implements StepRule {

    MomentumRule {
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException(
                    "The share of momentum must be 0 or more and less than 1, but was "
                            + share
                            + ". With 1 or more a run would never slow down.");
        }
    }

    @Override
    public String name() {
        return "momentum";
    }

    @Override
    public Directions begin(NDManager manager) {
        return new Velocity(manager, (float) share);
    }

    private static final class Velocity implements Directions {

        private final NDManager manager;
        private final float share;
        private @Nullable NDArray velocity;

        Velocity(NDManager manager, float share) {
            this.manager = manager;
            this.share = share;
        }

        @Override
        public NDArray next(NDArray gradient) {
            NDArray moved = velocity;
            if (moved == null) {
                moved = gradient.duplicate();
                moved.attach(manager);
                velocity = moved;
            } else {
                moved.muli(share).addi(gradient);
            }
            NDArray direction = moved.duplicate();
            direction.attach(gradient.getManager());
            return direction;
        }
    }
}
