package io.github.gradkit.hyperopt;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.github.gradkit.support.model.ParameterPaths;
import io.github.gradkit.support.state.StateFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An optimizer whose hyperparameters are tuned by an optimizer above it, whose hyperparameters are
 * tuned by one above that, and so on.
 *
 * <pre>{@code
 * HyperTower tower =
 *         HyperTower.builder()
 *                 .setBase(UpdateRule.adam(1e-3))
 *                 .tunedBy(UpdateRule.sgd(1e-5))
 *                 .build();
 * new DefaultTrainingConfig(loss).optOptimizer(tower);
 * }</pre>
 *
 * <p>Nothing else changes in a program. A {@link TowerListener} is optional for a tower without
 * groups: it writes traces, knows the parameters by name, and tells who takes part in a step when
 * layers are frozen or unfrozen.
 *
 * <p><b>How it works.</b> With {@code g_t} the gradient of the loss by the weights in step t and
 * {@code D} the derivative of the last update by a hyperparameter, the hypergradient is {@code
 * <g_t, D>}; for plain gradient descent it is {@code -<g_t, g_(t-1)>}. All else is taken as
 * constant (paper, sections 2 and 3). In every step the hypergradients are computed from the bottom
 * up, and the levels updated from the top down, so the new hyperparameters count for the same step.
 * No second backward pass is made. Hypergradients use the gradient as DJL hands it over, rescaled,
 * before clipping and without weight decay.
 *
 * <p><b>When not to use it.</b> A hypergradient sees one step ahead. What pays off later (a large
 * rate now, for a better place in a hundred steps; more momentum) it undervalues.
 *
 * <p><b>Cost.</b> Time: a few passes over the weights per step for the first level above the base
 * (two for gradient descent, up to a dozen for Adam with both betas), nothing to speak of for each
 * further one. Memory, see {@link #keptBytes()}: that of the base rule, and one array of the
 * weights' size for gradients, which are held while a step is made and often needed again in the
 * next. Those of parameters with less than 4,096 elements are held twice, and all of them with
 * {@link Safeguards.Builder#optSkipNonFinite}. Without levels above, a tower keeps what its base
 * keeps.
 *
 * <p><b>Ownership and threads.</b> One tower serves one trainer in one thread. Arrays are kept in a
 * manager below that of the weights, so they end with the model, or with {@link #close()}. Runs on
 * the PyTorch engine; all rules do, those included that DJL's own optimizers lack there. Weights of
 * float32 and float64.
 *
 * <p>Source: Chandra et al. 2022, <a href="https://arxiv.org/abs/1909.13371">arXiv:1909.13371</a>.
 */
public final class HyperTower extends Optimizer implements AutoCloseable {

    private final TowerPlan plan;
    private final Map<String, Integer> groupById = new HashMap<>();
    private final List<StepObserver> observers = new ArrayList<>();
    private final SpikeGuard spikeGuard;

    private boolean cosines;
    private boolean closed;
    private @Nullable TowerParts parts;
    private @Nullable RunningStatistics statistics;

    private HyperTower(TowerPlan plan) {
        super(new NoOptions());
        this.plan = plan;
        spikeGuard = new SpikeGuard(plan.safeguards());
        if (plan.grouping().isGlobal()) {
            parts = start(List.of(Grouping.ALL));
        }
    }

    /** DJL's own options are not used. */
    private static final class NoOptions extends OptimizerBuilder<NoOptions> {
        @Override
        protected NoOptions self() {
            return this;
        }
    }

    /**
     * Returns a builder.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    private TowerParts start(List<String> groupNames) {
        List<HyperValues> base = new ArrayList<>();
        for (String name : groupNames) {
            HyperValues values = new HyperValues(plan.base());
            values.fix(plan.fixedByGroup().getOrDefault(name, Map.of()));
            base.add(values);
        }
        Levels levels = new Levels(base, plan.above(), plan.safeguards());
        Slots slots = new Slots(plan.base(), this::groupOf, spikeGuard::add);
        Stepper stepper =
                new Stepper(levels, plan.safeguards(), plan.scaling(), plan.schedule(), slots);
        stepper.observe(observers, cosines);
        return new TowerParts(plan, groupNames, levels, slots, stepper);
    }

    private int groupOf(String id) {
        if (plan.grouping().isGlobal()) {
            return 0;
        }
        Integer group = groupById.get(id);
        if (group == null) {
            throw new IllegalStateException(
                    "A parameter with id "
                            + id
                            + " belongs to no group, because it is not one of the block that this"
                            + " tower was bound to. Bind the tower to the block that is trained.");
        }
        return group;
    }

    private TowerParts parts() {
        if (parts == null) {
            throw new IllegalStateException(
                    "This tower has hyperparameters by group, and must know the parameters by name"
                            + " first: add a TowerListener to the training configuration, or call"
                            + " bind(block) after trainer.initialize.");
        }
        return parts;
    }

    private TowerParts openParts() {
        if (closed) {
            throw new IllegalStateException(
                    "This tower is closed: what its rules remembered is gone, so it can't go on."
                            + " Close it after the last step and the last save.");
        }
        return parts();
    }

    /**
     * Tells this tower the names of the parameters. Needed for groups only, and done by a {@link
     * TowerListener} by itself. Binding again does nothing.
     *
     * @param block the block that is trained, with all parameters initialised
     * @throws IllegalStateException if a parameter has no array yet, or a group has no parameter
     */
    public void bind(Block block) {
        if (parts != null) {
            return;
        }
        Map<String, Parameter> parameters = ParameterPaths.of(block);
        Map<String, String> groups = plan.grouping().of(parameters);
        List<String> groupNames = Grouping.names(groups);
        groups.forEach(
                (path, group) ->
                        groupById.put(
                                Objects.requireNonNull(parameters.get(path)).getId(),
                                groupNames.indexOf(group)));
        parts = start(groupNames);
    }

    /**
     * Takes the gradient of one parameter; called by DJL.
     *
     * <p>The gradient is held until the last one of the step has come, and then all weights are
     * updated. The weight is updated at once in a tower without levels above the base and without
     * {@link Safeguards} that may leave out a step, and in a first step that no {@link
     * TowerListener} has announced.
     *
     * <p>If a gradient that is expected does not come, the step is made when the next one begins,
     * after its backward pass: no gradient is lost or used twice, but those of that pass are of the
     * weights before. The weight's own gradient is set to zero when it is held or applied.
     *
     * @param parameterId the id of the parameter
     * @param weight its array
     * @param grad its gradient, of the same shape; copied
     * @throws TowerDivergedException if a hyperparameter is no longer a finite number
     * @throws IllegalArgumentException if the weight is neither float32 nor float64
     * @throws IllegalStateException if this tower is closed, or has groups and is not bound
     */
    @Override
    public void update(String parameterId, NDArray weight, NDArray grad) {
        openParts().stepper().arrive(parameterId, weight, grad);
    }

    /** Says which parameters take part in the coming step. */
    void expect(Roster coming) {
        openParts().stepper().expect(coming);
    }

    /**
     * Applies gradients that are still held because a parameter that was expected got none. Called
     * by a {@link TowerListener} at the end of training; needed by nobody whose every step is
     * complete.
     */
    public void flush() {
        if (parts != null && !closed) {
            parts.stepper().flush();
        }
    }

    /** Tells somebody of every step, and measures cosines if anybody wants them. */
    void observe(StepObserver observer, boolean withCosines) {
        observers.add(observer);
        cosines |= withCosines;
        updateObservers();
    }

    /** Tells somebody no more. */
    void forget(StepObserver observer) {
        observers.remove(observer);
        updateObservers();
    }

    private void updateObservers() {
        if (parts != null) {
            parts.stepper().observe(observers, cosines);
        }
    }

    boolean watchesLoss() {
        return plan.safeguards().snapshotEverySteps().isPresent();
    }

    /** Tells this tower the parameters of the model, whose statistics bad batches may spoil. */
    void guardStatistics(List<Parameter> parameters) {
        closeStatistics();
        if (watchesLoss() || plan.safeguards().skipNonFinite()) {
            statistics = new RunningStatistics(parameters);
        }
    }

    /** Takes the statistics after a forward pass, or puts the last good ones back. */
    void followStatistics(boolean wentBack) {
        if (statistics != null && !closed) {
            statistics.follow(wentBack);
        }
    }

    private void closeStatistics() {
        if (statistics != null) {
            statistics.close();
            statistics = null;
        }
    }

    /**
     * Tells this tower the loss of the batch whose gradients come next. Done by a {@link
     * TowerListener} if {@link Safeguards.Builder#optRevertOnLossSpike} asks for it; call it after
     * the backward pass in a training loop of your own. Without that safeguard it does nothing.
     *
     * @param loss the mean loss of the batch
     * @return whether the tower went back to a snapshot, and leaves out the step that comes
     * @throws TowerDivergedException if the loss is not finite time after time, though the weights
     *     went back
     */
    public boolean reportLoss(double loss) {
        return watchesLoss() && spikeGuard.report(loss, openParts());
    }

    /**
     * Returns the number of levels above the base.
     *
     * @return 0 for a plain optimizer
     */
    public int height() {
        return plan.above().size();
    }

    /**
     * Returns how many updates were made. Counted by step, however many parameters and devices
     * there are; steps that were left out do not count.
     *
     * @return 0 before the first
     */
    public long steps() {
        return parts == null ? 0 : parts.counters().step;
    }

    /**
     * Returns how much memory this tower holds between two steps: what the rule of the weights
     * remembers, and the last gradients if a hypergradient needs them. A snapshot is not counted.
     *
     * @return bytes, on all devices together
     */
    public long keptBytes() {
        return parts == null ? 0 : parts.slots().bytes();
    }

    /**
     * Returns how many steps were left out because a gradient was not finite.
     *
     * @return 0 without {@link Safeguards.Builder#optSkipNonFinite}
     */
    public long skippedSteps() {
        return parts == null ? 0 : parts.counters().skippedSteps;
    }

    /**
     * Returns how many steps were made without tuning because a hypergradient was not finite.
     *
     * @return 0 without {@link Safeguards.Builder#optSkipNonFinite}
     */
    public long skippedTunings() {
        return parts == null ? 0 : parts.counters().skippedTunings;
    }

    /**
     * Returns how often the tower went back to a snapshot.
     *
     * @return 0 without {@link Safeguards.Builder#optRevertOnLossSpike}
     */
    public long reverts() {
        return parts == null ? 0 : parts.counters().reverts;
    }

    /**
     * Returns the tuned hyperparameters as they are now, from the base upwards.
     *
     * @return one entry for each; empty for a plain optimizer
     * @throws IllegalStateException if there are groups and the tower is not bound yet
     */
    public List<LearnedValue> learned() {
        List<LearnedValue> all = new ArrayList<>();
        TowerParts current = parts();
        for (int group = 0; group < current.groupNames().size(); group++) {
            add(all, 0, current.groupNames().get(group), current.levels().base().get(group));
        }
        List<HostLevel> above = current.levels().above();
        for (int i = 0; i < above.size(); i++) {
            add(all, i + 1, Grouping.ALL, above.get(i).hypers());
        }
        return List.copyOf(all);
    }

    private static void add(List<LearnedValue> all, int level, String group, HyperValues hypers) {
        for (Hyperparameter h : hypers.learned()) {
            double initial = hypers.spec().of(h).initial();
            all.add(new LearnedValue(level, group, h, initial, hypers.get(h)));
        }
    }

    /**
     * Returns a plain optimizer with the base's hyperparameters as they are now, to train again
     * with constants (paper, Table 1). A base schedule is used again, from its first step; one that
     * keeps a state of its own, as DJL's {@code MultiFactorTracker} does, goes on where it is.
     *
     * <p>In {@link Semantics#DJL}, without groups, it is DJL's own {@code Sgd}, {@code Adam} or
     * {@code AdamW}. What these can't do is done by a new tower of height 0.
     *
     * @return a fresh optimizer without any memory
     * @throws IllegalStateException if there are groups and the tower is not bound yet
     */
    public Optimizer rerun() {
        List<HyperValues> base = parts().levels().base();
        Map<String, Map<Hyperparameter, Double>> fixed = new LinkedHashMap<>();
        for (int group = 0; group < base.size(); group++) {
            fixed.put(parts().groupNames().get(group), base.get(group).asMap());
        }
        Optimizer plain = plan.grouping().isGlobal() ? PlainOptimizers.of(plan, base.get(0)) : null;
        return plain == null ? new HyperTower(plan.constant(fixed)) : plain;
    }

    /**
     * Saves everything this tower needs to go on in another process, bit for bit: hyperparameters,
     * what the rules of all levels remember, counters. The weights are saved with the model; save
     * the tower first, since it applies what it still holds (see {@link #flush()}). Not saved: the
     * snapshot and the mean loss of {@link Safeguards.Builder#optRevertOnLossSpike}, and the state
     * of a base schedule that keeps one.
     *
     * @param file the file, replaced in one step; its folder must exist
     * @param block the block that is trained; its parameter paths are the keys in the file
     * @throws StateFileException if the file can't be written; an older one is then as it was
     * @throws IllegalStateException if there are groups and the tower is not bound yet
     */
    public void save(Path file, Block block) throws StateFileException {
        flush();
        TowerWriter.write(file, block, openParts());
    }

    /**
     * Goes on from a file. Call it after {@code trainer.initialize} and before the first step.
     *
     * @param file a file written by {@link #save} for a tower built the same way and a model of the
     *     same architecture
     * @param block the block that is trained, with the weights of that time
     * @throws StateFileException if the file is missing, damaged, newer, or belongs to another
     *     model or tower; this tower is unchanged then
     * @throws IllegalStateException if this tower has made a step already
     */
    public void restore(Path file, Block block) throws StateFileException {
        bind(block);
        if (steps() > 0 || !openParts().slots().isEmpty()) {
            throw new IllegalStateException(
                    "This tower has already made "
                            + steps()
                            + " steps; restoring would mix two trainings. Restore into a new"
                            + " tower.");
        }
        TowerReader.read(file, block, openParts());
    }

    /**
     * Frees all arrays of this tower, which can make no step any more. The hyperparameters can
     * still be read. Closing again does nothing.
     */
    @Override
    public void close() {
        closed = true;
        spikeGuard.close();
        closeStatistics();
        if (parts != null) {
            parts.stepper().close();
            parts.slots().close();
        }
    }

    /** Builds a {@link HyperTower}. */
    public static final class Builder {

        private @Nullable UpdateRule base;
        private final List<UpdateRule> above = new ArrayList<>();
        private final Map<String, Predicate<String>> groups = new LinkedHashMap<>();
        private Semantics semantics = Semantics.DJL;
        private Safeguards safeguards = Safeguards.none();
        private @Nullable Tracker schedule;
        private boolean perParameter;
        private float rescale = 1f;
        private float clip = Float.POSITIVE_INFINITY;

        private Builder() {}

        /**
         * Sets the optimizer of the weights.
         *
         * @param base the rule, with the hyperparameters that the level above tunes
         * @return this builder
         */
        public Builder setBase(UpdateRule base) {
            this.base = Objects.requireNonNull(base, "base");
            return this;
        }

        /**
         * Adds a level that tunes the one added last (first the base). May be called any number of
         * times; without it the tower is a plain optimizer.
         *
         * @param rule the rule of the new level; its alpha is called kappa in the paper
         * @return this builder
         */
        public Builder tunedBy(UpdateRule rule) {
            above.add(Objects.requireNonNull(rule, "rule"));
            return this;
        }

        /**
         * Chooses the form of all formulas.
         *
         * @param semantics the form; default: {@link Semantics#DJL}
         * @return this builder
         */
        public Builder optSemantics(Semantics semantics) {
            this.semantics = Objects.requireNonNull(semantics, "semantics");
            return this;
        }

        /**
         * Limits what the tower may do.
         *
         * @param safeguards the limits; default: none
         * @return this builder
         */
        public Builder optSafeguards(Safeguards safeguards) {
            this.safeguards = Objects.requireNonNull(safeguards, "safeguards");
            return this;
        }

        /**
         * Gives some parameters hyperparameters of their own. A parameter belongs to the first
         * group whose predicate accepts it; those that none accepts share a group named "others".
         * The levels above tune the hyperparameters of all groups with one rule. Needs a {@link
         * TowerListener}, or a call of {@link HyperTower#bind}.
         *
         * @param name the name of the group, used in traces; not blank, not "others", no slash
         * @param paths accepts parameter paths such as {@code 02Linear_weight}, see {@link
         *     ParameterPaths}
         * @return this builder
         * @throws IllegalArgumentException if the name is not allowed or taken
         */
        public Builder addGroup(String name, Predicate<String> paths) {
            boolean plain =
                    name.chars().noneMatch(c -> c == '/' || Character.isISOControl(c))
                            && !name.isBlank();
            if (!plain || name.equals(Grouping.OTHERS)) {
                throw new IllegalArgumentException(
                        "The name of a group must not be blank, not '"
                                + Grouping.OTHERS
                                + "' and without a slash or a line break, since traces are named by"
                                + " it, but was '"
                                + name
                                + "'.");
            }
            if (groups.putIfAbsent(name, Objects.requireNonNull(paths, "paths")) != null) {
                throw new IllegalArgumentException(
                        "There is already a group named '" + name + "'. Names must differ.");
            }
            return this;
        }

        /**
         * Gives every parameter hyperparameters of its own. Needs a {@link TowerListener}, or a
         * call of {@link HyperTower#bind}.
         *
         * @param perParameter whether to do so; default: no
         * @return this builder
         */
        public Builder optPerParameter(boolean perParameter) {
            this.perParameter = perParameter;
            return this;
        }

        /**
         * Multiplies the base's alpha by a schedule. The tuned alpha is then a factor, and usually
         * starts at 1: {@code setBase(UpdateRule.sgd(1)).optBaseSchedule(Tracker.fixed(0.1f))}.
         *
         * @param schedule gives the value of each step, from 1
         * @return this builder
         */
        public Builder optBaseSchedule(Tracker schedule) {
            this.schedule = Objects.requireNonNull(schedule, "schedule");
            return this;
        }

        /**
         * Multiplies every gradient, as DJL's {@code setRescaleGrad} does.
         *
         * @param factor the factor, finite and not 0; default: 1
         * @return this builder
         * @throws IllegalArgumentException if the factor is out of range
         */
        public Builder optRescaleGrad(float factor) {
            if (!Float.isFinite(factor) || factor == 0) {
                throw new IllegalArgumentException(
                        "The factor of the gradients must be finite and not 0, but was "
                                + factor
                                + ".");
            }
            rescale = factor;
            return this;
        }

        /**
         * Limits every number of every gradient to {@code [-limit, limit]}, as DJL documents its
         * {@code optClipGrad} (which on PyTorch limits the positive side only).
         *
         * @param limit the largest absolute value, finite and more than 0; default: no limit
         * @return this builder
         * @throws IllegalArgumentException if the limit is out of range
         */
        public Builder optClipGrad(float limit) {
            if (!(limit > 0) || Float.isInfinite(limit)) {
                throw new IllegalArgumentException(
                        "The limit of the gradients must be finite and more than 0, but was "
                                + limit
                                + ".");
            }
            clip = limit;
            return this;
        }

        /**
         * Builds the tower.
         *
         * @return the tower
         * @throws IllegalStateException if the base is missing, or groups are given by name and by
         *     parameter
         * @throws IllegalArgumentException if a tuned hyperparameter can't start where it should
         */
        public HyperTower build() {
            if (base == null) {
                throw new IllegalStateException(
                        "A tower needs an optimizer of the weights: call setBase.");
            }
            if (perParameter && !groups.isEmpty()) {
                throw new IllegalStateException(
                        "Use addGroup or optPerParameter, not both: with the latter every parameter"
                                + " is a group already.");
            }
            return new HyperTower(
                    TowerPlan.of(
                            base,
                            above,
                            semantics,
                            safeguards,
                            new Grouping(groups, perParameter),
                            schedule,
                            new GradientScaling(rescale, clip)));
        }
    }
}
