package io.github.gradkit.advtrain.evaluate;

import io.github.gradkit.advtrain.attack.Ledger;
import java.util.Arrays;
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

    Tally(int examples) {
        this(new byte[examples], new double[examples], Ledger.EMPTY, 0);
        Arrays.fill(margins, Double.NaN);
    }

    Tally(byte[] status, double[] margins, Ledger ledger, double seconds) {
        this.status = status;
        this.margins = margins;
        this.ledger = ledger;
        this.seconds = seconds;
    }

    void record(int[] indices, Outcome outcome, double time) {
        for (int i = 0; i < indices.length; i++) {
            status[indices[i]] = outcome.broken()[i] ? BROKEN : STANDS;
            margins[indices[i]] = outcome.margins()[i];
        }
        ledger = ledger.plus(outcome.ledger());
        seconds += time;
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
}
