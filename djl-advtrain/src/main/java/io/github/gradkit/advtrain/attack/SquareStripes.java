package io.github.gradkit.advtrain.attack;

/** Moves in the linf norm: all features of a window go to one edge of ball and box. */
record SquareStripes(SquareLayout layout) implements SquareMoves {

    /** Windows that change nothing are drawn again, but not for ever. */
    private static final int DRAWS = 20;

    @Override
    public double[] start(SquareRow row) {
        double[] start = new double[row.best().length];
        for (int channel = 0; channel < layout.channels(); channel++) {
            for (int column = 0; column < layout.width(); column++) {
                var stripe = new SquareLayout.Window(0, column, layout.height(), 1);
                push(row, start, channel, stripe);
            }
        }
        return start;
    }

    @Override
    public double[] next(SquareRow row, double share) {
        double[] next = row.best().clone();
        boolean changed = false;
        for (int draw = 0; draw < DRAWS && !changed; draw++) {
            SquareLayout.Window window = layout.window(share, 1, row.random());
            for (int channel = 0; channel < layout.channels(); channel++) {
                changed |= push(row, next, channel, window);
            }
        }
        return next;
    }

    /** A step of 2 epsilon ends at the edge, wherever in the ball it begins. */
    private boolean push(SquareRow row, double[] next, int channel, SquareLayout.Window window) {
        double sign = row.sign();
        boolean changed = false;
        for (int i = window.top(); i < window.top() + window.height(); i++) {
            for (int j = window.left(); j < window.left() + window.width(); j++) {
                int feature = layout.index(channel, i, j);
                double edge = row.limit(feature, sign);
                changed |= next[feature] != edge;
                next[feature] = edge;
            }
        }
        return changed;
    }
}
