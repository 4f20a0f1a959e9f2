package io.github.gradkit.advtrain.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import io.github.gradkit.advtrain.attack.BallWalk;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Pgd;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** One pass over the data in which each batch comes several times, further perturbed each time. */
final class ReplayedBatches implements Iterator<Batch>, AutoCloseable {

    private final Iterator<Batch> batches;
    private final NDManager manager;
    private final EpsilonBall ball;
    private final int replays;
    private final double stepSize;
    private @Nullable NDArray perturbation;
    private @Nullable Batch original;
    private @Nullable BallWalk walk;
    private @Nullable Batch replay;
    private int left;

    ReplayedBatches(
            Iterator<Batch> batches,
            NDManager parent,
            EpsilonBall ball,
            int replays,
            double stepSize,
            @Nullable NDArray carried) {
        this.batches = batches;
        this.ball = ball;
        this.replays = replays;
        this.stepSize = stepSize;
        manager = parent.newSubManager();
        manager.setName("free training");
        perturbation = carried;
        if (carried != null) {
            carried.attach(manager);
        }
    }

    /** Hands over the perturbation to the next pass, and closes this one. */
    @Nullable NDArray carriedOver() {
        NDArray carried = perturbation;
        perturbation = null;
        if (carried != null && manager.isOpen()) {
            carried.attach(manager.getParentManager());
        } else {
            carried = null;
        }
        close();
        return carried;
    }

    @Override
    public boolean hasNext() {
        return left > 0 || batches.hasNext();
    }

    @Override
    public Batch next() {
        if (!hasNext()) {
            throw new NoSuchElementException("The pass over the data is complete.");
        }
        if (left == 0) {
            closeOriginal();
            open(batches.next());
        }
        left--;
        Batch next = replay();
        replay = next;
        return next;
    }

    private void open(Batch batch) {
        original = batch;
        NDArray inputs = BatchPerturbation.onlyInput(batch);
        walk = BallWalk.of(ball, inputs);
        left = replays;
        try (NDArray start = resized(inputs)) {
            set(walk.project(start));
        }
    }

    /** The rows of the last batch, as many as this one has, or zeros. */
    private NDArray resized(NDArray inputs) {
        long rows = inputs.getShape().get(0);
        long features = inputs.getShape().size() / rows;
        NDArray last = perturbation;
        if (last == null || last.getShape().get(1) != features) {
            return requireWalk().zero();
        }
        long known = Math.min(rows, last.getShape().get(0));
        NDArray kept = last.get("0:" + known);
        if (known == rows) {
            return kept;
        }
        try (kept;
                NDArray zero = requireWalk().zero();
                NDArray rest = zero.get(known + ":")) {
            return NDArrays.concat(new NDList(kept, rest), 0);
        }
    }

    /** A shorter batch must not shorten what the next one starts from. */
    private void set(NDArray moved) {
        NDArray last = perturbation;
        if (last == null || last.getShape().get(1) != moved.getShape().get(1)) {
            replace(moved);
            return;
        }
        long rows = moved.getShape().get(0);
        if (last.getShape().get(0) <= rows) {
            replace(moved);
            return;
        }
        try (moved;
                NDArray rest = last.get(rows + ":")) {
            replace(NDArrays.concat(new NDList(moved, rest), 0));
        }
    }

    private void replace(NDArray array) {
        array.attach(manager);
        if (perturbation != null) {
            perturbation.close();
        }
        perturbation = array;
    }

    private Batch replay() {
        Batch batch = requireOriginal();
        NDArray rows = resized(BatchPerturbation.onlyInput(batch));
        try (rows) {
            NDArray inputs = requireWalk().inputs(rows);
            inputs.setRequiresGradient(true);
            NDManager own = batch.getManager().newSubManager();
            NDList labels = new NDList();
            batch.getLabels().forEach(label -> labels.add(label.stopGradient()));
            return new Batch(
                    own,
                    new NDList(inputs),
                    labels,
                    batch.getSize(),
                    null,
                    null,
                    batch.getProgress(),
                    batch.getProgressTotal(),
                    batch.getIndices());
        }
    }

    /** Moves the perturbation after the backward pass of a replay. */
    void trained(Batch batch, Trainer trainer) {
        if (batch != replay) {
            return;
        }
        NDArray inputs = batch.getData().head();
        if (trainer.getDevices().length != 1
                || !inputs.getDevice().equals(trainer.getDevices()[0])) {
            throw new IllegalStateException(
                    "The batch is on "
                            + inputs.getDevice()
                            + " and the trainer uses "
                            + trainer.getDevices().length
                            + " device(s), the first being "
                            + trainer.getDevices()[0]
                            + ". Free training reads the gradient of the very inputs trained on:"
                            + " let the data set deliver its batches on the trainer's only"
                            + " device (optDevice).");
        }
        try (NDArray gradient = inputs.getGradient();
                NDArray rows = resized(inputs)) {
            NDArray moved =
                    requireWalk().step(rows, gradient, stepSize, Pgd.TRAINING_SHARE_DEFAULT);
            moved.attach(manager);
            set(moved);
        }
    }

    private BallWalk requireWalk() {
        if (walk == null) {
            throw new IllegalStateException("no batch is open");
        }
        return walk;
    }

    private Batch requireOriginal() {
        if (original == null) {
            throw new IllegalStateException("no batch is open");
        }
        return original;
    }

    private void closeOriginal() {
        if (walk != null) {
            walk.close();
            walk = null;
        }
        if (original != null) {
            original.close();
            original = null;
        }
        replay = null;
    }

    @Override
    public void close() {
        left = 0;
        closeOriginal();
        manager.close();
    }
}
