package io.github.gradkit.benchmarks;

import ai.djl.training.tracker.Tracker;
import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Fgsm;
import io.github.gradkit.advtrain.attack.Pgd;
import java.util.Locale;

/**
 * How the network is trained: cheap single-step attacks first, while epsilon rises, since a network
 * that meets the full epsilon at once often stays at chance; then PGD.
 *
 * @param epochs passes over the training images
 * @param fastEpochs how many of them, the first ones, use RS-FGSM
 * @param warmUp over how many epochs epsilon rises from 0; may be a fraction
 * @param steps steps of PGD
 * @param epsilon the radius in the l-infinity norm
 * @param rate the largest learning rate of Adam
 * @param batch examples per step
 * @param seed decides weights, order and starts
 */
record MnistRecipe(
        int epochs,
        int fastEpochs,
        double warmUp,
        int steps,
        double epsilon,
        double rate,
        int batch,
        long seed) {

    /** The share of the training in which the learning rate rises. */
    private static final double RISE = 0.1;

    EpsilonBall ball() {
        return EpsilonBall.linf(epsilon).within(0, 1);
    }

    boolean isFast(int epoch) {
        return epoch < fastEpochs;
    }

    /** Returns the attack of an epoch within a ball; starts differ from epoch to epoch. */
    Attack attack(int epoch, EpsilonBall within) {
        long starts = seed * 1000 + epoch;
        return isFast(epoch)
                ? Fgsm.randomStart(within, starts)
                : Pgd.builder().setBall(within).optSteps(steps).optSeed(starts).build();
    }

    /** Returns epsilon by the number of batches of an epoch. */
    Tracker epsilon(int epoch, long batchesPerEpoch) {
        return done -> {
            double epochs = epoch + (double) done / batchesPerEpoch;
            return (float) (warmUp > 0 ? epsilon * Math.min(1, epochs / warmUp) : epsilon);
        };
    }

    /** Returns the learning rate by the number of steps: up, and then down to 0. */
    Tracker learningRate(long batchesPerEpoch) {
        double all = (double) epochs * batchesPerEpoch;
        return done -> {
            double share = done / all;
            return (float) (rate * Math.min(share / RISE, (1 - share) / (1 - RISE)));
        };
    }

    String text() {
        return String.format(
                Locale.ROOT,
                "epochs %d, fast %d, warm-up %s, steps %d, epsilon %s, rate %s, batch %d, seed %d",
                epochs,
                fastEpochs,
                warmUp,
                steps,
                epsilon,
                rate,
                batch,
                seed);
    }
}
