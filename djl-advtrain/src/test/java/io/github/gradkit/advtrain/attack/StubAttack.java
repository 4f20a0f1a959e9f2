package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Breaks the examples of some indices by adding a shift, and remembers what it was given. */
final class StubAttack implements Attack {

    private final String name;
    private final EpsilonBall ball;
    private final float shift;
    private final double margin;
    private final Set<Long> breaks;
    private final List<AttackInput> given = new ArrayList<>();

    StubAttack(String name, EpsilonBall ball, float shift, double margin, Long... breaks) {
        this.name = name;
        this.ball = ball;
        this.shift = shift;
        this.margin = margin;
        this.breaks = Set.of(breaks);
    }

    List<AttackInput> given() {
        return given;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public EpsilonBall ball() {
        return ball;
    }

    @Override
    public AttackResult perturb(Scorer scorer, AttackInput input) {
        given.add(input);
        boolean[] broken = new boolean[input.size()];
        double[] margins = new double[input.size()];
        Arrays.fill(margins, margin);
        for (int i = 0; i < broken.length; i++) {
            broken[i] = breaks.contains(input.indices()[i]);
            margins[i] = broken[i] ? -1 : margin;
        }
        NDArray moved = input.inputs().add(shift);
        return new AttackResult(
                moved, broken, margins, new Ledger(input.size(), input.size(), 1, 2, 3));
    }
}
