package io.github.gradkit.advtrain.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.training.dataset.Batch;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Knows which batch a training loop is at, and perturbs it once.
 *
 * <p>A trainer of Deep Java Library is told the batch only when the gradient collector is open,
 * which is too late for an attack.
 */
final class CurrentBatch {

    private final BatchPerturbation perturbation;
    private @Nullable Pass pass;
    private @Nullable Batch delivered;
    private @Nullable NDArray clean;
    private @Nullable NDArray perturbed;

    CurrentBatch(BatchPerturbation perturbation) {
        this.perturbation = perturbation;
    }

    /** Follows the passes over a data set, of which shows only later whether it is for training. */
    Iterable<Batch> follow(Iterable<Batch> batches) {
        return () -> new Pass(batches.iterator());
    }

    private final class Pass implements Iterator<Batch> {

        private final Iterator<Batch> batches;
        private boolean trains;

        private Pass(Iterator<Batch> batches) {
            this.batches = batches;
        }

        @Override
        public boolean hasNext() {
            return batches.hasNext();
        }

        @Override
        public Batch next() {
            Batch batch = batches.next();
            pass = this;
            delivered = batch;
            clean = null;
            perturbed = null;
            return batch;
        }
    }

    /** Perturbs the batch delivered last, which is to be trained on. */
    Batch attack(Device device) {
        Batch batch = delivered;
        delivered = null;
        // A closed batch has no manager.
        if (batch == null || batch.getManager() == null || !batch.getManager().isOpen()) {
            throw new IllegalStateException(
                    "The trainer does not know which batch to attack. Train on the batch that"
                            + " trainer.iterateDataset(dataset) delivered last, once, as"
                            + " EasyTrain.fit does.");
        }
        beginRound();
        NDArray inputs = BatchPerturbation.onlyInput(batch);
        NDArray moved = perturbation.perturb(batch, device);
        moved.setName(inputs.getName());
        moved.attach(inputs.getManager());
        clean = inputs;
        perturbed = moved;
        return batch;
    }

    /** Passes for validation don't count, so that they don't change the random starts. */
    private void beginRound() {
        Pass now = pass;
        if (now != null && !now.trains) {
            now.trains = true;
            perturbation.nextRound();
        }
    }

    /** Returns what the inputs of the attacked batch have become. */
    NDArray perturbed(NDArray inputs) {
        if (clean == null || perturbed == null) {
            throw new IllegalStateException(
                    "The batch has not been attacked. Open trainer.newGradientCollector() before"
                            + " trainer.forward, as EasyTrain.trainBatch does.");
        }
        if (!isCurrent(inputs, clean)) {
            throw new IllegalArgumentException(
                    "The inputs "
                            + inputs.getShape()
                            + " are not those of the batch that was attacked, "
                            + clean.getShape()
                            + ". Train on batches of trainer.iterateDataset(dataset) as they are.");
        }
        return perturbed;
    }

    private static boolean isCurrent(NDArray inputs, NDArray clean) {
        boolean copied = !inputs.getDevice().equals(clean.getDevice());
        return copied
                ? inputs.getShape().equals(clean.getShape())
                : inputs.getUid().equals(clean.getUid());
    }
}
