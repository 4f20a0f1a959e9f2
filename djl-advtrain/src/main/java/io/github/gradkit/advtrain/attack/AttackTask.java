package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.gradkit.advtrain.internal.Predictions;
import io.github.gradkit.support.gradient.CollectorConstants;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The examples an attack works on: all of a batch, or those of it that still stand. */
final class AttackTask implements AutoCloseable {

    /** What all tasks of one batch share. */
    private record Shared(
            Scorer scorer, AttackInput input, CollectorConstants constants, Meter meter) {}

    /** No attempt of an attack has this number. */
    private static final int ROUNDS = -1;

    private final Shared shared;
    private final NDManager manager;
    private final Region region;
    private final int[] rows;
    private final int[] classes;
    private final int @Nullable [] targets;
    private final NDArray labels;
    private final int @Nullable [] guides;
    private final @Nullable NDArray guideColumn;
    private final @Nullable NDArray cleanLogits;

    private AttackTask(
            Shared shared,
            NDManager manager,
            Region region,
            int[] rows,
            int @Nullable [] guides,
            @Nullable NDArray cleanLogits) {
        this.shared = shared;
        this.manager = manager;
        this.region = region;
        this.rows = rows;
        this.guides = guides;
        this.cleanLogits = cleanLogits;
        classes = PerRow.pick(shared.input.labels(), rows);
        int[] goals = shared.input.targets();
        targets = goals == null ? null : PerRow.pick(goals, rows);
        labels = column(classes);
        guideColumn = guides == null ? null : column(guides);
    }

    /** Opens a whole batch. */
    static AttackTask open(Scorer scorer, AttackInput input, EpsilonBall ball) {
        NDManager manager = input.inputs().getManager().newSubManager();
        manager.setName("attack");
        try {
            Shared shared = new Shared(scorer, input, CollectorConstants.of(manager), new Meter());
            Region region = Region.of(ball, input.inputs(), manager);
            int[] rows = IntStream.range(0, input.size()).toArray();
            return new AttackTask(shared, manager, region, rows, input.targets(), null);
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    private NDArray column(int[] classes) {
        NDArray column = Rows.index(classes, region.flatInputs(), manager).reshape(-1, 1);
        column.attach(manager);
        return column;
    }

    private NDManager child() {
        return shared.input.inputs().getManager().newSubManager();
    }

    /** Returns the task of some of the examples, by their places in this one. */
    AttackTask select(int[] keep) {
        NDManager own = child();
        NDArray index = Rows.index(keep, region.flatInputs(), own);
        return new AttackTask(
                shared,
                own,
                region.rows(index, own),
                PerRow.pick(rows, keep),
                guides == null ? null : PerRow.pick(guides, keep),
                cleanLogits == null ? null : Rows.take(cleanLogits, index, own));
    }

    /** Returns the same task with classes to move towards; it shares the arrays of this one. */
    AttackTask withGuides(int[] classes) {
        return new AttackTask(shared, child(), region, rows, classes, cleanLogits);
    }

    /** Returns the same task within another radius; it shares the arrays of this one. */
    AttackTask withEpsilon(double epsilon) {
        return new AttackTask(
                shared, child(), region.withEpsilon(epsilon), rows, guides, cleanLogits);
    }

    /** Returns the same task, which now knows the scores of the inputs. */
    AttackTask withCleanLogits() {
        NDManager own = child();
        try (NDArray zero = zero();
                NDArray x = region.inputs(zero)) {
            shared.meter.query(size());
            NDArray logits = LogitShape.twoOrMore(shared.scorer.score(x), size());
            logits.attach(own);
            return new AttackTask(shared, own, region, rows, guides, logits);
        }
    }

    /** Evaluates perturbations by a forward pass. */
    Evaluation query(NDArray u, AttackLoss loss) {
        try (NDManager pass = child()) {
            NDArray x = region.inputs(u);
            x.attach(pass);
            shared.meter.query(size());
            NDArray raw = shared.scorer.score(x);
            raw.attach(pass);
            NDArray logits = LogitShape.twoOrMore(raw, size());
            NDArray losses = loss(loss, logits, shared.constants);
            return evaluation(logits, losses, null);
        }
    }

    /** Evaluates perturbations by a forward and a backward pass. */
    Evaluation gradient(NDArray u, AttackLoss loss) {
        if (!(shared.scorer instanceof GradientScorer scorer)) {
            throw new IllegalArgumentException(
                    "The attack needs gradients, but the scorer ("
                            + shared.scorer.getClass().getName()
                            + ") tells only scores. Use BlockScorer, or an attack that needs none:"
                            + " Square.");
        }
        try (NDManager pass = child()) {
            NDArray x = region.inputs(u);
            x.attach(pass);
            shared.meter.pass(size());
            InputGradient result =
                    scorer.gradient(x, (logits, constants) -> loss(loss, logits, constants));
            NDArray gradient = region.pullBack(result.gradient());
            gradient.attach(pass);
            NDArray finite = finite(gradient);
            finite.attach(manager);
            return evaluation(result.logits(), result.losses(), finite);
        }
    }

    private NDArray loss(AttackLoss loss, NDArray logits, CollectorConstants constants) {
        shared.input.requireClassesBelow(logits.getShape().get(1));
        NDManager pass = logits.getManager();
        return loss.evaluate(
                new LossInput(
                        logits,
                        handle(labels, pass),
                        guideColumn == null ? null : handle(guideColumn, pass),
                        cleanLogits == null ? null : handle(cleanLogits, pass),
                        constants));
    }

    /** Results of operations go to the manager of an operand, so that must be the pass. */
    private static NDArray handle(NDArray array, NDManager pass) {
        NDArray handle = array.stopGradient();
        handle.attach(pass);
        return handle;
    }

    /** Counts gradients without a direction, and takes those that are not finite as zero. */
    private NDArray finite(NDArray gradient) {
        float[] sizes =
                Scratch.run(
                        () ->
                                gradient.abs()
                                        .max(new int[] {1})
                                        .toType(DataType.FLOAT32, false)
                                        .toFloatArray());
        boolean allFinite = true;
        for (float size : sizes) {
            if (size == 0) {
                shared.meter.zeroGradient();
            } else if (!Float.isFinite(size)) {
                shared.meter.nanGradient();
                allFinite = false;
            }
        }
        if (allFinite) {
            return gradient;
        }
        return Scratch.keep(
                gradient.getManager(),
                () -> {
                    NDArray usable = gradient.sub(gradient).eq(0);
                    return NDArrays.where(usable, gradient, gradient.zerosLike());
                });
    }

    private Evaluation evaluation(NDArray logits, NDArray losses, @Nullable NDArray gradient) {
        Predictions predictions = Predictions.of(logits);
        boolean[] success = new boolean[size()];
        for (int i = 0; i < success.length; i++) {
            success[i] =
                    targets == null
                            ? !predictions.isRight(i, classes[i])
                            : predictions.isRight(i, targets[i]);
        }
        try (NDArray wide = losses.toType(DataType.FLOAT64, true)) {
            return new Evaluation(predictions, wide.toDoubleArray(), success, gradient);
        }
    }

    /** Returns no perturbation at all, on the manager of this task. */
    NDArray zero() {
        NDArray zero = region.flatInputs().zerosLike();
        zero.attach(manager);
        return zero;
    }

    /** Returns the number of examples. */
    int size() {
        return rows.length;
    }

    /** Returns the places of the examples in the batch; not to be changed. */
    int[] rows() {
        return rows;
    }

    /** Returns the label of each example; not to be changed. */
    int[] classes() {
        return classes;
    }

    /** Returns the class to reach of each example, or {@code null}; not to be changed. */
    int @Nullable [] targets() {
        return targets;
    }

    /**
     * Returns how far an example is beyond its goal: the best wrong score less that of the label,
     * or, with a class to reach, the score of that class less the best other one.
     *
     * @param place the place of the example in this task
     * @param predictions scores
     * @param row where the scores of the example are
     */
    double lead(int place, Predictions predictions, int row) {
        return targets == null
                ? -predictions.margin(row, classes[place])
                : predictions.margin(row, targets[place]);
    }

    /**
     * Returns the class at a rank among the wrong ones of each example.
     *
     * @param clean the scores of the inputs of the whole batch
     * @param rank 0 for the one with the best score
     */
    int[] rivals(Predictions clean, int rank) {
        return IntStream.range(0, rows.length)
                .map(i -> clean.rival(rows[i], classes[i], rank))
                .toArray();
    }

    /** Returns the index of each example, which decides its random choices. */
    long[] indices() {
        long[] all = shared.input.indices();
        return IntStream.of(rows).mapToLong(i -> all[i]).toArray();
    }

    /** Returns the random numbers of each example for one attempt. */
    List<RandomGenerator> random(long seed, int attempt) {
        // A pass of its own has numbers of its own; the first has those of the seed itself.
        long round = shared.input.round();
        long seedOfRound = round == 0 ? seed : SampleRandom.of(seed, round, ROUNDS).nextLong();
        return SampleRandom.of(seedOfRound, indices(), attempt);
    }

    Region region() {
        return region;
    }

    Scorer scorer() {
        return shared.scorer;
    }

    AttackInput input() {
        return shared.input;
    }

    Ledger ledger() {
        return shared.meter.ledger();
    }

    /** Returns what owns the arrays of this task. */
    NDManager manager() {
        return manager;
    }

    @Override
    public void close() {
        manager.close();
    }
}
