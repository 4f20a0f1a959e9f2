package io.github.gradkit.examples.adacomp;

import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;
import java.util.ArrayList;
import java.util.List;

/** The times from one batch of a training to the next. */
final class StepTimes extends TrainingListenerAdapter {

    static final int STEPS = 60;

    private final List<Double> millis = new ArrayList<>();
    private long last;

    @Override
    public void onTrainingBatch(Trainer trainer, BatchData batchData) {
        long now = System.nanoTime();
        if (last != 0) {
            millis.add((now - last) / 1e6);
        }
        last = now;
    }

    /** Returns the median, of the second half if there are enough, since code has to warm up. */
    double median() {
        List<Double> warm = millis.subList(millis.size() / 2, millis.size());
        return warm.isEmpty()
                ? 0
                : warm.stream().sorted().skip(warm.size() / 2).findFirst().orElseThrow();
    }
}
