package io.github.gradkit.tracin;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * When a {@link CheckpointListener} saves a checkpoint.
 *
 * <p>A step is one optimizer update. A checkpoint "at step s" holds the weights after {@code s}
 * updates; step 0 is the initial model. Influence is summed over checkpoints, so choose at least
 * five, spread over the part of the training in which the loss falls; the very last ones carry
 * almost no gradient.
 */
public final class CheckpointSchedule {

    private final String description;
    private final StepRule steps;
    private final int everyEpochs;
    private final double lossDropFactor;

    private CheckpointSchedule(
            String description, StepRule steps, int everyEpochs, double lossDropFactor) {
        this.description = description;
        this.steps = steps;
        this.everyEpochs = everyEpochs;
        this.lossDropFactor = lossDropFactor;
    }

    /**
     * Saves after every n-th update.
     *
     * @param n the distance in updates, at least 1
     * @return the schedule
     */
    public static CheckpointSchedule everySteps(int n) {
        requirePositive(n, "steps");
        return new CheckpointSchedule(
                "every " + n + " steps", step -> step > 0 && step % n == 0, 0, Double.NaN);
    }

    /**
     * Saves at the end of every n-th epoch.
     *
     * @param n the distance in epochs, at least 1
     * @return the schedule
     */
    public static CheckpointSchedule everyEpochs(int n) {
        requirePositive(n, "epochs");
        return new CheckpointSchedule("every " + n + " epochs", step -> false, n, Double.NaN);
    }

    /**
     * Saves at the given steps.
     *
     * @param steps numbers of completed updates, each at least 0 (0 is the initial model)
     * @return the schedule
     */
    public static CheckpointSchedule atSteps(long... steps) {
        if (steps.length == 0) {
            throw new IllegalArgumentException(
                    "atSteps needs at least one step, got none: nothing would ever be saved");
        }
        for (long step : steps) {
            if (step < 0) {
                throw new IllegalArgumentException("A step must be >= 0, got " + step);
            }
        }
        long[] sorted = Arrays.stream(steps).sorted().distinct().toArray();
        String text =
                Arrays.stream(sorted).mapToObj(Long::toString).collect(Collectors.joining(" "));
        return new CheckpointSchedule(
                "at steps " + text, step -> Arrays.binarySearch(sorted, step) >= 0, 0, Double.NaN);
    }

    /**
     * Saves each time the training loss has fallen by a factor since the last save.
     *
     * <p>For positive losses only; a loss that is zero or negative never counts as a drop. The loss
     * is that of each batch, smoothed by an exponential moving average over about ten batches; the
     * first average after ten batches is the first reference. It costs one extra evaluation of the
     * loss function per batch, on predictions that exist already.
     *
     * @param factor how many times smaller the loss must be, greater than 1; for instance 1.5
     * @return the schedule
     */
    public static CheckpointSchedule atLossDrop(double factor) {
        if (!(factor > 1) || Double.isInfinite(factor)) {
            throw new IllegalArgumentException(
                    "The factor of a loss drop must be finite and > 1, got " + factor);
        }
        return new CheckpointSchedule(
                "at each drop of the loss by " + factor, step -> false, 0, factor);
    }

    boolean dueAtStep(long completedSteps) {
        return steps.due(completedSteps);
    }

    boolean dueAtEpoch(int completedEpochs) {
        return everyEpochs > 0 && completedEpochs % everyEpochs == 0;
    }

    boolean watchesLoss() {
        return !Double.isNaN(lossDropFactor);
    }

    boolean dueAtLoss(double referenceLoss, double loss) {
        return loss > 0 && loss * lossDropFactor <= referenceLoss;
    }

    /** Returns the schedule in words. */
    @Override
    public String toString() {
        return description;
    }

    private static void requirePositive(int n, String unit) {
        if (n < 1) {
            throw new IllegalArgumentException(
                    "The distance in " + unit + " must be >= 1, got " + n);
        }
    }

    private interface StepRule {
        boolean due(long completedSteps);
    }
}
