package io.github.gradkit.hyperopt;

import ai.djl.ndarray.NDArray;
import ai.djl.training.tracker.Tracker;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the gradients that DJL hands over one by one into steps.
 *
 * <p>A hypergradient is a sum over all parameters, and the new hyperparameters count for the very
 * step that they were computed in. So the gradients of a step are held until the last has come (the
 * roster is complete), then everything is updated. In the first step no hypergradient is known, and
 * each parameter is updated at once; that also tells who belongs to the roster. Without levels
 * above the base there is nothing to wait for.
 */
final class Stepper implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(Stepper.class);

    private final Needs needs;
    private final Levels levels;
    private final Safeguards safeguards;
    private final GradientScaling scaling;
    private final @Nullable Tracker schedule;
    private final Slots slots;
    private final List<StepObserver> observers = new ArrayList<>();
    private final List<ParameterSlot> pending = new ArrayList<>();
    private final Set<ParameterSlot> arrivedAtOnce = new HashSet<>();

    /** All that have come since one came again: with a known roster, those of one step. */
    private final Set<ParameterSlot> round = new HashSet<>();

    /** Those that were expected in vain, and not heard of since. */
    private final Set<String> absent = new HashSet<>();

    private final Counters counters = new Counters();
    private final Tuner tuner;
    private final SharedVectors shared = new SharedVectors();

    private @Nullable Roster roster;
    private @Nullable Measurements measurements;
    private List<AppliedValues> last = List.of();
    private boolean withCosines;
    private boolean dropStep;
    private long skippedAt = -1;
    private boolean joined;
    private boolean told;

    /** Whether the roster is a restored one, from a training that may have had fewer devices. */
    private boolean devicesUnsure;

    private boolean warnedOfMissing;

    Stepper(
            Levels levels,
            Safeguards safeguards,
            GradientScaling scaling,
            @Nullable Tracker schedule,
            Slots slots) {
        this.levels = levels;
        this.tuner = new Tuner(levels, safeguards, counters);
        this.needs = Needs.of(levels.base().get(0).spec());
        this.safeguards = safeguards;
        this.scaling = scaling;
        this.schedule = schedule;
        this.slots = slots;
    }

    Counters counters() {
        return counters;
    }

    /** Chooses who is told of every step, and whether cosines are measured for them. */
    void observe(List<StepObserver> all, boolean cosines) {
        observers.clear();
        observers.addAll(all);
        withCosines = cosines;
    }

    /** On how many devices a parameter takes part in a step; 0 if it does not. */
    int rosterOf(String id) {
        if (roster != null) {
            return roster.of(id);
        }
        // In a step at once, those that have come so far.
        return Roster.of(arrivedAtOnce).of(id);
    }

    /** Takes the gradient of one parameter on one device. */
    void arrive(String id, NDArray weight, NDArray gradient) {
        ParameterSlot slot = slots.of(id, weight);
        absent.remove(id);
        endStepBefore(slot);
        round.add(slot);
        Roster expected = expectedWith(slot);
        if (expected == null || !expected.contains(id)) {
            updateAtOnce(slot, gradient);
            return;
        }
        hold(slot, gradient);
        if (pending.size() == expected.total()) {
            commit();
        } else {
            // Not left to the update: if that is late, the next backward pass has added to it.
            slots.clearGradient(slot);
        }
    }

    /** Ends the last step if this parameter, which has come in it, is the first of a new one. */
    private void endStepBefore(ParameterSlot slot) {
        if (slot.isPending()) {
            commitIncomplete();
        }
        if (arrivedAtOnce.contains(slot)) {
            endStepAtOnce();
        }
        if (round.contains(slot) || joinsBeforeOthers(slot)) {
            endRound();
        }
    }

    /** The roster of the step, if anybody is waited for, after this parameter has come. */
    private @Nullable Roster expectedWith(ParameterSlot slot) {
        Roster expected = waits() ? roster : null;
        if (expected == null) {
            return null;
        }
        if (counters.step == 0 && !expected.contains(slot.id())) {
            expected.addOne(slot.id());
        }
        if (devicesUnsure && slot.replica() >= expected.of(slot.id())) {
            return onMoreDevices(expected, slot);
        }
        return expected;
    }

    /** Goes on on more devices than the step before, which was restored. */
    private @Nullable Roster onMoreDevices(Roster expected, ParameterSlot slot) {
        if (pending.isEmpty()) {
            // The only parameter of the model, which seemed to be complete.
            return null;
        }
        expected.onDevices(slot.replica() + 1);
        return expected;
    }

    /** Tells whether the coming step tunes hyperparameters. */
    private boolean tunes() {
        return levels.height() > 0 && !safeguards.isFrozenAt(counters.step + 1);
    }

    private boolean waits() {
        return levels.height() > 0
                || safeguards.skipNonFinite()
                // To go back, a step must be left out as a whole.
                || safeguards.snapshotEverySteps().isPresent();
    }

    /** Those that joined in a step are waited for from the next one on. */
    private void endRound() {
        devicesUnsure = false;
        if (joined) {
            roster = Roster.of(round);
        }
        forgetRound();
    }

    /**
     * Tells whether a parameter that nobody waits for is the first of a new step. If it were the
     * last of a complete one, the gradients of all others would have been cleared.
     */
    private boolean joinsBeforeOthers(ParameterSlot slot) {
        return waits()
                && roster != null
                && !roster.contains(slot.id())
                && pending.isEmpty()
                && round.stream().anyMatch(ParameterSlot::hasNewGradient);
    }

    private void forgetRound() {
        joined = false;
        round.clear();
    }

    private void hold(ParameterSlot slot, NDArray gradient) {
        pending.add(slot);
        boolean early =
                tunes()
                        && !safeguards.skipNonFinite()
                        && !dropStep
                        && slot.leads()
                        && slot.size() >= Measurements.SMALL
                        // DJL hands over float32 zeros where no gradient has come, whatever the
                        // type
                        && gradient.getDataType() == slot.weight().getDataType();
        if (early) {
            // Measured now, the last gradient can go: only one is kept of every large parameter.
            measurements().measure(slot, gradient, last.isEmpty() ? null : last.get(slot.group()));
            slot.markMeasured();
        }
        slot.stash(gradient, early || !slot.leads());
    }

    private Measurements measurements() {
        if (measurements == null) {
            measurements =
                    new Measurements(
                            needs, measuresLengths(), safeguards.skipNonFinite(), counters.step);
        }
        return measurements;
    }

    private boolean measuresLengths() {
        return (withCosines || safeguards.cosine()) && tunes() && !last.isEmpty();
    }

    /** Updates a parameter without waiting for others. */
    private void updateAtOnce(ParameterSlot slot, NDArray gradient) {
        if (roster == null && arrivedAtOnce.isEmpty() && !dropStep) {
            beginStep();
        }
        if (roster == null) {
            arrivedAtOnce.add(slot);
        } else {
            joined = true;
        }
        if (dropStep) {
            slots.clearGradient(slot);
            return;
        }
        if (safeguards.skipNonFinite() && !Slots.isFinite(gradient)) {
            if (skippedAt != counters.step) {
                // A step counts once, however many parameters are the reason.
                countSkipped();
            }
            slots.clearGradient(slot);
        } else if (levels.height() == 0 && scaling.isNone()) {
            slot.updateAtOnce(gradient, last.get(slot.group()));
        } else {
            slot.stash(gradient, true);
            apply(slot);
        }
    }

    private void beginStep() {
        counters.step++;
        if (counters.step == 1 && levels.height() > 0) {
            // The levels above count this step too, with hypergradients of zero.
            levels.update(levels.hypergradients(new double[levels.sizeOfBase()]));
        }
        last = applied();
    }

    private List<AppliedValues> applied() {
        counters.schedule = schedule == null ? 1f : schedule.getNewValue((int) counters.step);
        return inForce();
    }

    private List<AppliedValues> inForce() {
        return levels.base().stream()
                .map(one -> AppliedValues.of(one, counters.schedule, counters.step))
                .toList();
    }

    private void endStepAtOnce() {
        if (waits()) {
            roster = Roster.of(arrivedAtOnce);
        }
        arrivedAtOnce.clear();
        slots.forgetUsed();
        if (!dropStep) {
            report(List.of(), new double[0]);
        }
        dropStep = false;
    }

    /** Says which parameters the coming step has; what was held for the last one is applied. */
    void expect(Roster coming) {
        flush();
        if (!arrivedAtOnce.isEmpty()) {
            endStepAtOnce();
        }
        forgetRound();
        told = true;
        devicesUnsure = false;
        absent.retainAll(coming.ids());
        if (waits()) {
            roster = coming.without(absent);
        }
    }

    /** Ends the step that is being made; what is held for it is forgotten. */
    void forgetHeld() {
        if (!arrivedAtOnce.isEmpty()) {
            endStepAtOnce();
        }
        pending.forEach(ParameterSlot::drop);
        pending.clear();
        forgetMeasurements();
    }

    /** Leaves out the coming step; its gradients are cleared. */
    void dropStep() {
        dropStep = true;
    }

    /** Applies what is held, though not all has come. */
    void flush() {
        if (!pending.isEmpty()) {
            commitIncomplete();
        }
    }

    /** Makes a step of what has come; gradients of the next one may be there already. */
    private void commitIncomplete() {
        Roster come = Roster.of(pending);
        if (roster != null) {
            roster.ids().stream().filter(id -> !come.contains(id)).forEach(absent::add);
        }
        warnOfMissing();
        roster = come;
        try (LaterGradients later = new LaterGradients(pending)) {
            try {
                commit();
            } finally {
                later.putBack();
            }
        }
    }

    private void warnOfMissing() {
        if (warnedOfMissing) {
            return;
        }
        warnedOfMissing = true;
        logger.warn(
                "Only {} of {} parameters got a gradient in step {}, so the step was made after the"
                        + " next backward pass, which still saw the weights before it. {}",
                pending.size(),
                roster == null ? 0 : roster.total(),
                counters.step + 1,
                told
                        ? "Layers that no forward pass uses should be frozen, and a listener that"
                                + " freezes layers must be added before the TowerListener."
                        : "If layers are frozen on the way, add a TowerListener to the training,"
                                + " which tells who takes part in a step.");
    }

    private void commit() {
        try (Measurements measured = measurements()) {
            pending.sort(ParameterSlot.ORDER);
            List<ParameterSlot> unmeasured =
                    pending.stream().filter(slot -> slot.leads() && !slot.isMeasured()).toList();
            List<AppliedValues> update = tunes() ? last : List.of();
            measured.measureAll(unmeasured, update, shared);
            commit(measured.read(Tuner.derivatives(update), scaling.rescale()), measured.joined());
        } finally {
            measurements = null;
            dropStep = false;
            List<ParameterSlot> left = List.copyOf(pending);
            pending.clear();
            left.forEach(this::drop);
        }
    }

    private void commit(Measured measured, List<List<ParameterSlot>> joined) {
        if (dropStep || !measured.isFinite()) {
            if (!dropStep) {
                countSkipped();
            }
            return;
        }
        double[] cosines = tuner.cosines(measured, measuresLengths());
        List<double[]> hypergradients = tunes() ? tuner.tune(measured, cosines) : List.of();
        counters.step++;
        last = applied();
        pending.forEach(this::apply);
        shared.updated(joined, slots);
        if (!devicesUnsure) {
            // Else a further device may come that goes on from the same file.
            slots.forgetUsed();
        }
        report(hypergradients, cosines);
    }

    private void apply(ParameterSlot slot) {
        slot.scale(scaling);
        slot.update(last.get(slot.group()), tunes() ? needs : Needs.NOTHING);
    }

    /** Clears a gradient that is not applied; does nothing to one that was. */
    private void drop(ParameterSlot slot) {
        if (slot.isPending()) {
            slots.clearGradient(slot);
            slot.drop();
        }
    }

    private void countSkipped() {
        skippedAt = counters.step;
        counters.skippedSteps++;
        if (Long.bitCount(counters.skippedSteps) == 1) {
            logger.warn(
                    "Left out step {}: a gradient was not finite ({} such steps so far).",
                    counters.step + 1,
                    counters.skippedSteps);
        }
    }

    private void report(List<double[]> hypergradients, double[] cosines) {
        for (StepObserver observer : observers) {
            observer.onStep(counters.step, hypergradients, cosines);
        }
    }

    /** Goes on from a saved step. */
    void restore(Roster known) {
        // Saved before the first step, nobody is known yet.
        roster = waits() && known.total() > 0 ? known : null;
        arrivedAtOnce.clear();
        absent.clear();
        devicesUnsure = true;
        forgetRound();
        recall();
    }

    /** Looks up the hyperparameters of the last step after they were put back. */
    void recall() {
        last = counters.step == 0 ? List.of() : inForce();
    }

    @Override
    public void close() {
        forgetMeasurements();
        shared.close();
        pending.clear();
        arrivedAtOnce.clear();
        forgetRound();
    }

    private void forgetMeasurements() {
        if (measurements != null) {
            measurements.close();
            measurements = null;
        }
    }
}
