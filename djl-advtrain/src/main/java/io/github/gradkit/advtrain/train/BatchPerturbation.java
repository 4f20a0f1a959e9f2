package io.github.gradkit.advtrain.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.training.dataset.Batch;
import ai.djl.training.tracker.Tracker;
import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.AttackInput;
import io.github.gradkit.advtrain.attack.BlockScorer;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Attacks one batch after the other, with what changes from batch to batch. */
final class BatchPerturbation {

    private final Block block;
    private final EpsilonBall ball;
    private final Function<EpsilonBall, Attack> attacks;
    private final @Nullable Tracker epsilon;
    private Attack attack;
    private int batches;
    private long round = -1;
    private long next;

    BatchPerturbation(
            Block block,
            EpsilonBall ball,
            Function<EpsilonBall, Attack> attacks,
            @Nullable Tracker epsilon) {
        this.block = block;
        this.ball = ball;
        this.attacks = attacks;
        this.epsilon = epsilon;
        attack = attacks.apply(ball);
    }

    /** Starts a pass over the data. */
    void nextRound() {
        round++;
        next = 0;
    }

    /**
     * Perturbs the inputs of a batch.
     *
     * @return the perturbed inputs, of the shape of the inputs and on their manager
     */
    NDArray perturb(Batch batch) {
        return perturb(batch, onlyInput(batch).getDevice());
    }

    /** Perturbs the inputs of a batch on the device of the model. */
    NDArray perturb(Batch batch, Device device) {
        NDArray inputs = onlyInput(batch).toDevice(device, false);
        long[] indices = indices(batch.getIndices(), inputs.getShape().get(0));
        AttackInput input =
                AttackInput.of(inputs, batch.getLabels().head())
                        .withIndices(indices)
                        .withRound(Math.max(round, 0));
        try (BlockScorer scorer = BlockScorer.of(block)) {
            return current().adversarial(scorer, input);
        }
    }

    private Attack current() {
        if (epsilon != null) {
            double now = epsilon.getNewValue(batches);
            if (now != attack.ball().epsilon()) {
                attack = attacks.apply(ball.withEpsilon(now));
            }
        }
        batches++;
        return attack;
    }

    static NDArray onlyInput(Batch batch) {
        if (batch.getData().size() != 1 || batch.getLabels().isEmpty()) {
            throw new IllegalArgumentException(
                    "A batch has "
                            + batch.getData().size()
                            + " inputs and "
                            + batch.getLabels().size()
                            + " labels, but only one input can be perturbed, and an attack needs"
                            + " to know its class. Use a data set with one input and one label.");
        }
        return batch.getData().head();
    }

    /** Returns the places of the examples in the data set, or in the pass if it does not tell. */
    private long[] indices(@Nullable List<?> known, long size) {
        long[] indices = new long[Math.toIntExact(size)];
        boolean usable =
                known != null
                        && known.size() == size
                        && known.stream().allMatch(Number.class::isInstance);
        for (int i = 0; i < indices.length; i++) {
            indices[i] = usable && known != null ? ((Number) known.get(i)).longValue() : next + i;
        }
        next += size;
        return indices;
    }
}
