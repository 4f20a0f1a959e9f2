package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/** The worst input that several attacks found for each example of a batch. */
final class WorstInputs implements AutoCloseable {

    private final AttackInput input;
    private final NDManager manager;
    private final boolean[] success;
    private final double[] margins;
    private final Ledger cleanLedger;
    private NDArray inputs;

    private WorstInputs(AttackInput input, boolean[] success, double[] margins, Ledger ledger) {
        this.input = input;
        this.success = success;
        this.margins = margins;
        cleanLedger = ledger;
        manager = input.inputs().getManager().newSubManager();
        inputs = input.inputs().duplicate();
        inputs.attach(manager);
    }

    /** Starts with the inputs as they are. */
    static WorstInputs of(Scorer scorer, AttackInput input, EpsilonBall ball) {
        try (AttackTask task = AttackTask.open(scorer, input, ball);
                NDArray zero = task.zero()) {
            Evaluation clean = task.query(zero, StandardLoss.MARGIN);
            int[] labels = task.classes();
            double[] margins = new double[labels.length];
            for (int i = 0; i < margins.length; i++) {
                margins[i] = clean.predictions().margin(i, labels[i]);
            }
            return new WorstInputs(input, clean.success(), margins, task.ledger());
        }
    }

    /** Attacks some of the examples, and returns what it cost. */
    Ledger attack(Attack attack, Scorer scorer, int[] places) {
        if (places.length == 0) {
            return Ledger.EMPTY;
        }
        try (NDManager scope = manager.newSubManager();
                AttackResult result = attack.perturb(scorer, input.select(places, scope))) {
            keep(places, result);
            return result.ledger();
        }
    }

    private void keep(int[] places, AttackResult result) {
        int[] source = new int[success.length];
        boolean[] worse = new boolean[success.length];
        boolean[] broken = result.success();
        double[] found = result.margins();
        for (int i = 0; i < places.length; i++) {
            int place = places[i];
            if (broken[i] || found[i] < margins[place]) {
                source[place] = i;
                worse[place] = true;
                success[place] = broken[i];
                margins[place] = found[i];
            }
        }
        if (PerRow.any(worse)) {
            replace(source, worse, result.adversarial());
        }
    }

    private void replace(int[] source, boolean[] worse, NDArray found) {
        Shape shape = inputs.getShape();
        Shape rows = new Shape(success.length, shape.size() / success.length);
        try (NDArray index = Rows.index(source, inputs, manager);
                NDArray candidates = Rows.take(found, index, manager);
                NDArray from = candidates.reshape(rows);
                NDArray to = inputs.reshape(rows);
                NDArray mixed = PerRow.choose(worse, from, to, manager)) {
            inputs.close();
            inputs = mixed.reshape(shape);
        }
    }

    /** Returns the places of the examples that stand. */
    int[] standing() {
        return Rows.where(success, false);
    }

    /** Returns what it cost to score the inputs. */
    Ledger cleanLedger() {
        return cleanLedger;
    }

    /** Returns the result; its inputs belong to the manager of the batch. */
    AttackResult result(List<AttackStage> stages) {
        inputs.attach(input.inputs().getManager());
        Ledger ledger = Ledger.EMPTY;
        for (AttackStage stage : stages) {
            ledger = ledger.plus(stage.ledger());
        }
        return new AttackResult(inputs, success, margins, ledger, stages);
    }

    @Override
    public void close() {
        manager.close();
    }
}
