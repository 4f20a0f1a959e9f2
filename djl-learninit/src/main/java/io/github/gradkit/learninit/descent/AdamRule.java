package io.github.gradkit.learninit.descent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

/** Adam. */
record AdamRule() implements StepRule {

    private static final double MEAN_DECAY = 0.9;
    private static final double SQUARE_DECAY = 0.999;
    private static final float EPSILON = 1e-8f;

    @Override
    public String name() {
        return "adam";
    }

    @Override
    public Directions begin(NDManager manager) {
        return new Moments(manager);
    }

    private static final class Moments implements Directions {

        private final NDManager manager;
        private @Nullable NDArray mean;
        private @Nullable NDArray square;
        private int step;

        Moments(NDManager manager) {
            this.manager = manager;
        }

        @Override
        public NDArray next(NDArray gradient) {
            step++;
            NDManager target = gradient.getManager();
            try (NDManager scope = target.newSubManager()) {
                NDArray here = gradient.stopGradient();
                here.attach(scope);
                mean = decayed(mean, here, MEAN_DECAY);
                square = decayed(square, here.square(), SQUARE_DECAY);
                NDArray direction = direction(mean, square, scope);
                direction.attach(target);
                return direction;
            }
        }

        private NDArray decayed(@Nullable NDArray old, NDArray now, double decay) {
            NDArray part = now.mul((float) (1 - decay));
            if (old == null) {
                part.attach(manager);
                return part;
            }
            old.muli((float) decay).addi(part);
            return old;
        }

        private NDArray direction(NDArray first, NDArray second, NDManager scope) {
            NDArray root = second.div((float) (1 - Math.pow(SQUARE_DECAY, step)));
            root.attach(scope);
            NDArray top = first.div((float) (1 - Math.pow(MEAN_DECAY, step)));
            top.attach(scope);
            return top.div(root.sqrt().add(EPSILON));
        }
    }
}
