package io.github.gradkit.advtrain.evaluate;

import ai.djl.ndarray.NDManager;
import ai.djl.util.Progress;
import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.AttackInput;
import io.github.gradkit.advtrain.attack.AttackResult;
import io.github.gradkit.advtrain.attack.Ledger;
import io.github.gradkit.advtrain.attack.Scorer;
import io.github.gradkit.support.state.StateFileException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Runs attacks over a data set, batch by batch, and keeps what they find. */
final class Session {

    private static final double SAME = 1e-3;
    private static final String CLEAN = "clean";

    private final Subject subject;
    private final EvaluationData data;
    private final DataScan scan;
    private final Settings settings;
    private final RunStore store;

    Session(
            Subject subject,
            EvaluationData data,
            DataScan scan,
            Settings settings,
            RunStore store) {
        this.subject = subject;
        this.data = data;
        this.scan = scan;
        this.settings = settings;
        this.store = store;
    }

    /** What is done to a batch. */
    @FunctionalInterface
    interface Probe {
        Outcome look(Scorer scorer, AttackInput input);
    }

    Subject subject() {
        return subject;
    }

    DataScan scan() {
        return scan;
    }

    Settings settings() {
        return settings;
    }

    RunStore store() {
        return store;
    }

    /** Scores all examples as they are. */
    Tally clean() throws StateFileException {
        if (store.isResumed()) {
            requireSameScores(store.tally(CLEAN));
        }
        return run(CLEAN, CLEAN, Session::score, IntStream.range(0, scan.size()).toArray());
    }

    private static Outcome score(Scorer scorer, AttackInput input) {
        Scores scores = Scores.of(scorer, input.inputs());
        int[] labels = input.labels();
        boolean[] broken = new boolean[labels.length];
        double[] margins = new double[labels.length];
        for (int i = 0; i < labels.length; i++) {
            margins[i] = scores.margin(i, labels[i]);
            broken[i] = scores.predicted(i) != labels[i];
        }
        return new Outcome(broken, margins, new Ledger(0, 0, labels.length, 0, 0), List.of());
    }

    /** Refuses to go on with another model, which a scorer doesn't tell by its weights. */
    private void requireSameScores(Tally clean) throws StateFileException {
        int[] tested = clean.tested();
        int[] some = Arrays.copyOf(tested, Math.min(tested.length, settings.batchSize()));
        if (some.length == 0) {
            return;
        }
        try (NDManager manager = subject.manager().newSubManager()) {
            double[] now = score(subject.scorer(), data.read(manager, some)).margins();
            for (int i = 0; i < some.length; i++) {
                double then = clean.margin(some[i]);
                boolean same =
                        Double.compare(now[i], then) == 0
                                || Math.abs(now[i] - then) <= SAME * (1 + Math.abs(then));
                if (!same) {
                    throw otherScores(some[i], then, now[i]);
                }
            }
        }
    }

    private StateFileException otherScores(int index, double then, double now) {
        return new StateFileException(
                "State file "
                        + store.file()
                        + ": when it was written the label of example "
                        + index
                        + " was ahead by "
                        + then
                        + ", now it is by "
                        + now
                        + ". So it belongs to another model, or the model's output is random."
                        + " Delete the file to start over; don't use one with a random model.");
    }

    /** Attacks some examples, or those of them that were not attacked before. */
    Tally attack(String key, Attack attack, int[] candidates) throws StateFileException {
        return run(
                key,
                attack.name() + " at epsilon " + attack.ball().epsilon(),
                (scorer, input) -> {
                    try (AttackResult result = attack.perturb(scorer, input)) {
                        return new Outcome(
                                result.success(),
                                result.margins(),
                                result.ledger(),
                                result.stages());
                    }
                },
                candidates);
    }

    private Tally run(String key, String title, Probe probe, int[] candidates)
            throws StateFileException {
        Tally tally = store.tally(key);
        int[] left = IntStream.of(candidates).filter(i -> !tally.isTested(i)).toArray();
        Progress progress = settings.progress();
        if (progress != null && left.length > 0) {
            progress.reset(title, candidates.length);
            progress.start(candidates.length - left.length);
        }
        for (int from = 0; from < left.length; from += settings.batchSize()) {
            int to = Math.min(left.length, from + settings.batchSize());
            int[] batch = Arrays.copyOfRange(left, from, to);
            long start = System.nanoTime();
            Outcome outcome = look(probe, batch);
            tally.record(batch, outcome, (System.nanoTime() - start) / 1e9);
            store.save(subject.manager());
            if (progress != null) {
                progress.increment(batch.length);
            }
        }
        if (progress != null && left.length > 0) {
            progress.end();
        }
        return tally;
    }

    private Outcome look(Probe probe, int[] batch) {
        try (NDManager manager = subject.manager().newSubManager()) {
            return probe.look(subject.scorer(), data.read(manager, batch));
        }
    }

    /** Reads some examples, into arrays that the manager owns. */
    AttackInput read(NDManager manager, int... indices) {
        return data.read(manager, indices);
    }
}
