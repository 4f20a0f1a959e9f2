package io.github.gradkit.advtrain.evaluate;

import io.github.gradkit.advtrain.attack.AttackStage;
import io.github.gradkit.advtrain.attack.Ledger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What a run has found so far, for each example of the data set. */
final class Tally {

    private static final byte UNTESTED = 0;
    private static final byte STANDS = 1;
    private static final byte BROKEN = 2;

    private final byte[] status;
    private final double[] margins;
    private Ledger ledger;
    private double seconds;
    private List<AttackStage> stages;

    Tally(int examples) {
        this(new byte[examples], new double[examples], Ledger.EMPTY, 0, List.of());
        Arrays.fill(margins, Double.NaN);
    }

    Tally(
            byte[] status,
            double[] margins,
            Ledger ledger,
            double seconds,
            List<AttackStage> stages) {
        this.status = status;
        this.margins = margins;
        this.ledger = ledger;
        this.seconds = seconds;
        this.stages = stages;
    }

    void record(int[] indices, Outcome outcome, double time) {
        for (int i = 0; i < indices.length; i++) {
            status[indices[i]] = outcome.broken()[i] ? BROKEN : STANDS;
            margins[indices[i]] = outcome.margins()[i];
        }
        ledger = ledger.plus(outcome.ledger());
        seconds += time;
        stages = stages.isEmpty() ? outcome.stages() : sum(stages, outcome.stages());
    }

    private static List<AttackStage> sum(List<AttackStage> some, List<AttackStage> more) {
        List<AttackStage> sums = new ArrayList<>(some.size());
        for (int i = 0; i < some.size(); i++) {
            sums.add(some.get(i).plus(more.get(i)));
        }
        return sums;
    }

    boolean isTested(int index) {
        return status[index] != UNTESTED;
    }

    boolean isBroken(int index) {
        return status[index] == BROKEN;
    }

    double margin(int index) {
        return margins[index];
    }

    /** Returns those examples that were tested and stand, in ascending order. */
    int[] standing() {
        return IntStream.range(0, status.length).filter(i -> status[i] == STANDS).toArray();
    }

    /** Returns those examples that have been tested, in ascending order. */
    int[] tested() {
        return IntStream.range(0, status.length).filter(this::isTested).toArray();
    }

    int brokenCount() {
        return Math.toIntExact(IntStream.range(0, status.length).filter(this::isBroken).count());
    }

    byte[] status() {
        return status;
    }

    double[] margins() {
        return margins;
    }

    Ledger ledger() {
        return ledger;
    }

    double seconds() {
        return seconds;
    }

    List<AttackStage> stages() {
        return stages;
    }
}
