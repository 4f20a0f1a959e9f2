package io.github.gradkit.advtrain.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.dataset.Batch;
import ai.djl.training.tracker.Tracker;
import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.AttackInput;
import io.github.gradkit.advtrain.attack.BlockScorer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Attacks one batch after the other, with what changes from batch to batch. */
final class BatchPerturbation {

    private final Block block;
    private final AttackPlan plan;
    private final @Nullable Tracker epsilon;
    private Attack attack;
    private int batches;
    private long round = -1;
    private long next;

    BatchPerturbation(Block block, AttackPlan plan, @Nullable Tracker epsilon) {
        if (epsilon != null && !plan.changeable()) {
            throw new IllegalStateException(
                    "There is a schedule of epsilon, but the attack was made for "
                            + plan.ball()
                            + " once and for all. Call setAttack(ball, b -> ...) with a function"
                            + " that makes the attack for a ball.");
        }
        this.block = block;
        this.plan = plan;
        this.epsilon = epsilon;
        attack = plan.attack(plan.ball().epsilon());
    }

    /** Starts a pass over the data. */
    void nextRound() {
        round++;
        next = 0;
    }

    /**
     * Perturbs the inputs of a batch.
     *
     * @return the perturbed inputs, of the shape of the inputs, on their manager and the device
     *     given
     */
    NDArray perturb(Batch batch, Device device) {
        return perturb(input(batch, device), current());
    }

    /**
     * Perturbs some examples of a batch.
     *
     * @param places their places in the batch
     * @return all examples in their order, on the manager of the inputs
     */
    NDArray perturb(Batch batch, int[] places) {
        AttackInput all = input(batch, onlyInput(batch).getDevice());
        Attack now = current();
        if (places.length == all.size()) {
            return perturb(all, now);
        }
        if (places.length == 0) {
            return all.inputs().duplicate();
        }
        int[] order = IntStream.range(0, all.size()).toArray();
        for (int i = 0; i < places.length; i++) {
            order[places[i]] = all.size() + i;
        }
        try (NDArray rows = take(all.inputs(), places);
                NDArray moved = perturb(some(all, rows, places), now);
                NDArray both = all.inputs().concat(moved, 0)) {
            return take(both, order);
        }
    }

    private NDArray perturb(AttackInput input, @Nullable Attack now) {
        if (now == null) {
            return input.inputs().duplicate();
        }
        try (BlockScorer scorer = BlockScorer.of(block)) {
            return now.adversarial(scorer, input);
        }
    }

    private AttackInput input(Batch batch, Device device) {
        NDArray inputs = onlyInput(batch).toDevice(device, false);
        AttackInput input = AttackInput.of(inputs, batch.getLabels().head());
        return input.withIndices(indices(batch.getIndices(), input.size()))
                .withRound(Math.max(round, 0));
    }

    private static AttackInput some(AttackInput all, NDArray rows, int[] places) {
        int[] labels = all.labels();
        long[] indices = all.indices();
        return AttackInput.of(rows, IntStream.of(places).map(i -> labels[i]).toArray())
                .withIndices(IntStream.of(places).mapToLong(i -> indices[i]).toArray())
                .withRound(all.round());
    }

    private static NDArray take(NDArray array, int[] places) {
        NDManager manager = array.getManager();
        long[] wide = IntStream.of(places).asLongStream().toArray();
        try (NDArray index = manager.create(wide);
                NDArray moved = index.toDevice(array.getDevice(), true)) {
            NDArray taken = array.get(moved);
            taken.attach(manager);
            return taken;
        }
    }

    /** Returns the attack of this batch, or {@code null} while epsilon is 0. */
    private @Nullable Attack current() {
        double now = plan.ball().epsilon();
        if (epsilon != null) {
            float scheduled = epsilon.getNewValue(batches);
            // A tracker tells floats, so 0.3f is to mean 0.3.
            now = scheduled == (float) now ? now : scheduled;
        }
        batches++;
        if (now == 0) {
            // Step sizes in proportion to epsilon would be refused.
            return null;
        }
        if (now != attack.ball().epsilon()) {
            attack = plan.attack(now);
        }
        return attack;
    }

    static NDArray onlyInput(Batch batch) {
        return onlyInput(batch.getData(), batch.getLabels());
    }

    /** Returns the only input of examples that have a label. */
    static NDArray onlyInput(NDList data, NDList labels) {
        if (data.size() != 1 || labels.isEmpty()) {
            throw new IllegalArgumentException(
                    "A batch has "
                            + data.size()
                            + " inputs and "
                            + labels.size()
                            + " labels, but only one input can be perturbed, and an attack needs"
                            + " to know its class. Use a data set with one input and one label.");
        }
        return data.head();
    }

    /** Returns the places of the examples in the data set, or in the pass if it does not tell. */
    private long[] indices(@Nullable List<?> known, int size) {
        long first = next;
        next += size;
        boolean usable =
                known != null
                        && known.size() == size
                        && known.stream().allMatch(Number.class::isInstance);
        return usable && known != null
                ? known.stream().mapToLong(index -> ((Number) index).longValue()).toArray()
                : LongStream.range(first, first + size).toArray();
    }
}
