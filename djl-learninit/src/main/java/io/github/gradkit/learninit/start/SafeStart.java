package io.github.gradkit.learninit.start;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.descent.Objective;
import io.github.gradkit.learninit.internal.Checks;
import io.github.gradkit.learninit.internal.Scoped;
import io.github.gradkit.learninit.log.SolutionLog;
import io.github.gradkit.learninit.problem.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Uses a start rule only where it does no harm: on each instance it compares the proposed start
 * with the default one and takes that with the lower value. Outside the support of a log it takes
 * the default start without a look at the other, and likewise where the rule proposes something
 * that is not finite.
 *
 * <p>So the value at the start is never above that at the default start, and neither is what a
 * solver reaches that keeps the best argument. The price is what the rule costs, and one value of
 * the objective at each of the two starts, except where the {@linkplain StartRule.Proposal#values
 * proposal} tells its own, as that of a predictor with several heads does: there one value at the
 * default start is all. A solver computes the value at its start again with its first gradient. (A
 * lower start may still lead into a worse minimum than the default one would have.)
 *
 * <p>An instance is outside the support if what is known of it is farther from all logged instances
 * than {@link Builder#optReach} allows; the distance is that of {@link Starts#nearest}.
 */
public final class SafeStart implements StartRule {

    /** The default reach of the support. */
    public static final double REACH_DEFAULT = 1.5;

    private static final double SHARE = 0.99;

    private final StartRule rule;
    private final StartRule fallback;
    private final @Nullable Neighbours support;
    private final double farthest;

    private SafeStart(Builder builder) {
        rule = Checks.required(builder.rule, "setRule");
        fallback = builder.fallback;
        support = builder.support == null ? null : Neighbours.of(builder.support);
        farthest = support == null ? 0 : builder.reach * support.reach(SHARE);
    }

    /**
     * Starts a safe rule.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the name.
     *
     * @return {@code safe}, followed by the name of the rule
     */
    @Override
    public String name() {
        return "safe " + rule.name();
    }

    @Override
    public Proposal propose(Problem<?> problem, NDList known, long seed) {
        NDManager target = known.head().getManager();
        try (NDManager scope = target.newSubManager()) {
            NDList views = Scoped.views(known, scope);
            Proposal plain = fallback.propose(problem, views, seed);
            final long began = System.nanoTime();
            boolean[] inside = inside(views, scope);
            Cost search = new Cost(0, 0, 0, System.nanoTime() - began);
            if (count(inside) == 0) {
                plain.argument().attach(target);
                return new Proposal(plain.argument(), plain.cost().plus(search), plain.values());
            }
            Proposal learned = rule.propose(problem, views, seed);
            Proposal lower = lower(problem, views, plain, learned, inside);
            lower.argument().attach(target);
            return new Proposal(lower.argument(), lower.cost().plus(search), lower.values());
        }
    }

    private boolean[] inside(NDList known, NDManager scope) {
        boolean[] inside = new boolean[Math.toIntExact(known.head().getShape().get(0))];
        if (support == null) {
            Arrays.fill(inside, true);
            return inside;
        }
        float[] distances = support.distances(known, scope);
        for (int i = 0; i < inside.length; i++) {
            inside[i] = distances[i] <= farthest;
        }
        return inside;
    }

    private static Proposal lower(
            Problem<?> problem, NDList known, Proposal plain, Proposal learned, boolean[] inside) {
        final long began = System.nanoTime();
        try (Objective objective = Objective.open(problem, known)) {
            NDArray usable = usable(learned.argument(), inside);
            NDArray other = Scoped.where(usable, learned.argument(), plain.argument());
            NDArray here = values(objective, plain, plain.argument());
            NDArray there = values(objective, learned, other);
            NDArray lower = there.lt(here).logicalAnd(usable);
            NDArray chosen = Scoped.where(lower, other, plain.argument());
            NDArray values = Scoped.where(lower, there, here);
            long looks = looks(plain) + looks(learned);
            Cost cost = new Cost(looks * inside.length, 0, 0, System.nanoTime() - began);
            return new Proposal(
                    chosen, plain.cost().plus(learned.cost()).plus(cost), numbers(values));
        }
    }

    /** Where a start is inside the support and finite. */
    private static NDArray usable(NDArray argument, boolean[] inside) {
        NDArray flat = Scoped.flat(argument);
        // Neither NaN nor an infinite number gives 0 when taken from itself.
        NDArray finite = flat.sub(flat).abs().sum(new int[] {1}).eq(0f);
        return finite.logicalAnd(argument.getManager().create(inside));
    }

    private static long looks(Proposal proposal) {
        return proposal.values().isEmpty() ? 1 : 0;
    }

    private static NDArray values(Objective objective, Proposal proposal, NDArray argument) {
        if (proposal.values().isEmpty()) {
            return objective.values(argument);
        }
        float[] told = new float[proposal.values().size()];
        for (int i = 0; i < told.length; i++) {
            told[i] = proposal.values().get(i).floatValue();
        }
        return argument.getManager().create(told);
    }

    private static List<Double> numbers(NDArray values) {
        List<Double> numbers = new ArrayList<>();
        for (float value : values.toFloatArray()) {
            numbers.add((double) value);
        }
        return numbers;
    }

    private static int count(boolean[] flags) {
        int count = 0;
        for (boolean flag : flags) {
            count += flag ? 1 : 0;
        }
        return count;
    }

    /** Collects the settings of a safe rule. */
    public static final class Builder {

        private @Nullable StartRule rule;
        private StartRule fallback = Starts.uniform();
        private @Nullable SolutionLog support;
        private double reach = REACH_DEFAULT;

        private Builder() {}

        /**
         * Sets the rule to be made safe.
         *
         * @param proposes the rule
         * @return this builder
         */
        public Builder setRule(StartRule proposes) {
            rule = Objects.requireNonNull(proposes, "proposes");
            return this;
        }

        /**
         * Sets the default start. Default: {@link Starts#uniform()}.
         *
         * @param plain the rule to fall back on
         * @return this builder
         */
        public Builder optDefault(StartRule plain) {
            fallback = Objects.requireNonNull(plain, "plain");
            return this;
        }

        /**
         * Sets the log whose instances the rule was fitted to. Default: none; the values alone
         * decide.
         *
         * @param log the log as it is when the rule is built
         * @return this builder
         */
        public Builder optSupport(SolutionLog log) {
            support = Objects.requireNonNull(log, "log");
            return this;
        }

        /**
         * Sets how far the support reaches. Default: {@value #REACH_DEFAULT}.
         *
         * @param factor of the distance that 99 % of logged instances have to the next one; 0 or
         *     more
         * @return this builder
         * @throws IllegalArgumentException if it is negative or not finite
         */
        public Builder optReach(double factor) {
            reach = Checks.notNegative(factor, "The reach");
            return this;
        }

        /**
         * Makes the rule.
         *
         * @return the rule
         * @throws IllegalStateException if no rule is set
         * @throws IllegalArgumentException if the log of the support is empty
         */
        public SafeStart build() {
            return new SafeStart(this);
        }
    }
}
