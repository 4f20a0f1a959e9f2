package io.github.gradkit.advtrain.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Several attacks, each on the examples that withstood those before it. What counts is the worst
 * case.
 *
 * <pre>{@code
 * Attack attack = AutoAttack.standard(EpsilonBall.linf(8 / 255.0).within(0, 1));
 * try (AttackResult result = attack.perturb(scorer, AttackInput.of(images, labels))) {
 *     for (AttackStage stage : result.stages()) {
 *         log.info("standing after {}: {}", stage.name(), stage.standing());
 *     }
 * }
 * }</pre>
 *
 * <p>An example that withstands all of them is returned at the input where its label was least
 * ahead.
 *
 * <p>Source: F. Croce, M. Hein, <em>Reliable evaluation of adversarial robustness with an ensemble
 * of diverse parameter-free attacks</em>, ICML 2020, section 5.
 */
public final class AutoAttack implements Attack {

    private static final int RANDOM_PASSES = 20;
    private static final int TARGETS = 9;
    private static final int SPARSE = 5;

    private final EpsilonBall ball;
    private final String name;
    private final int passes;
    private final List<Attack> attacks;

    private AutoAttack(EpsilonBall ball, String name, int passes, List<Attack> attacks) {
        this.ball = ball;
        this.name = name;
        this.passes = passes;
        this.attacks = attacks;
    }

    /**
     * Returns the standard set for models without random choices, with seed 0: {@link Apgd} on
     * cross-entropy (100 steps; 5 restarts in the l1 norm), {@link Apgd} towards the 9 most likely
     * wrong classes (5 in the l1 norm), {@link Fab} towards 9 and {@link Square} with 5000 queries.
     *
     * @param ball where perturbed inputs may lie
     * @return the attack
     */
    public static AutoAttack standard(EpsilonBall ball) {
        return builder().setBall(ball).build();
    }

    /**
     * Returns the set for models with random choices, with seed 0: {@link Apgd} on cross-entropy
     * and on {@link StandardLoss#DLR}, each on the {@linkplain ExpectationScorer mean} of 20
     * passes.
     *
     * @param ball where perturbed inputs may lie
     * @return the attack
     */
    public static AutoAttack rand(EpsilonBall ball) {
        return builder().setBall(ball).optRandomModel().build();
    }

    /**
     * Starts an attack.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    private static List<Attack> standard(EpsilonBall ball, long seed) {
        boolean sparse = ball.norm() == Norm.L1;
        return List.of(
                Apgd.builder().setBall(ball).optRestarts(sparse ? SPARSE : 1).optSeed(seed).build(),
                Apgd.builder()
                        .setBall(ball)
                        .optTargets(sparse ? SPARSE : TARGETS)
                        .optSeed(seed + 1)
                        .build(),
                Fab.builder().setBall(ball).optTargets(TARGETS).optSeed(seed + 2).build(),
                Square.builder().setBall(ball).optSeed(seed + 3).build());
    }

    private static List<Attack> rand(EpsilonBall ball, long seed) {
        int restarts = ball.norm() == Norm.L1 ? SPARSE : 1;
        Function<AttackLoss, Attack> apgd =
                loss ->
                        Apgd.builder()
                                .setBall(ball)
                                .optLoss(loss)
                                .optRestarts(restarts)
                                .optSeed(seed)
                                .build();
        return List.of(apgd.apply(StandardLoss.CROSS_ENTROPY), apgd.apply(StandardLoss.DLR));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public EpsilonBall ball() {
        return ball;
    }

    /**
     * Returns the attacks.
     *
     * @return in the order they run, at least one
     */
    public List<Attack> attacks() {
        return attacks;
    }

    /**
     * {@inheritDoc}
     *
     * <p>The {@linkplain AttackResult#stages() stages} of the result are the inputs without
     * perturbation, then the attacks, also those that no example was left for.
     */
    @Override
    public AttackResult perturb(Scorer scorer, AttackInput input) {
        Scorer mean = passes == 1 ? scorer : ExpectationScorer.of(differentiable(scorer), passes);
        List<AttackStage> stages = new ArrayList<>();
        try (WorstInputs worst = WorstInputs.of(mean, input, ball)) {
            stages.add(stage("clean", input.size(), worst.standing().length, worst.cleanLedger()));
            for (Attack attack : attacks) {
                int[] standing = worst.standing();
                Ledger cost = worst.attack(attack, mean, standing);
                stages.add(stage(attack.name(), standing.length, worst.standing().length, cost));
            }
            return worst.result(stages);
        }
    }

    private static GradientScorer differentiable(Scorer scorer) {
        if (scorer instanceof GradientScorer gradients) {
            return gradients;
        }
        throw new IllegalArgumentException(
                "The attack on a model with random choices needs gradients, but the scorer ("
                        + scorer.getClass().getName()
                        + ") tells only scores. Use BlockScorer, or an attack that needs none:"
                        + " Square.");
    }

    private AttackStage stage(String stage, int before, int after, Ledger cost) {
        return new AttackStage(stage, before, before - after, cost.times(passes));
    }

    /** Collects the settings of an attack. */
    public static final class Builder {

        private @Nullable EpsilonBall ball;
        private boolean randomModel;
        private long seed;
        private @Nullable String name;
        private final List<Attack> attacks = new ArrayList<>();

        private Builder() {}

        /**
         * Sets where perturbed inputs may lie.
         *
         * @param ball the ball
         * @return this builder
         */
        public Builder setBall(EpsilonBall ball) {
            this.ball = Objects.requireNonNull(ball, "ball");
            return this;
        }

        /**
         * Adds an attack to a set of your own. Without any, the set is the standard one.
         *
         * @param attack within the same ball
         * @return this builder
         */
        public Builder addAttack(Attack attack) {
            attacks.add(Objects.requireNonNull(attack, "attack"));
            return this;
        }

        /**
         * Attacks the mean of 20 passes, because the model makes random choices. Without attacks of
         * your own, the set is that of {@link AutoAttack#rand}.
         *
         * @return this builder
         */
        public Builder optRandomModel() {
            randomModel = true;
            return this;
        }

        /**
         * Sets what decides the random choices of the ready-made sets. Default: 0.
         *
         * @param seed any number; added attacks have their own
         * @return this builder
         */
        public Builder optSeed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Sets the name for tables and reports. Default: AutoAttack, AutoAttack-rand, or the names
         * of the attacks that were added.
         *
         * @param name the name
         * @return this builder
         */
        public Builder optName(String name) {
            this.name = Objects.requireNonNull(name, "name");
            return this;
        }

        /**
         * Makes the attack.
         *
         * @return the attack
         * @throws IllegalStateException if no ball is set, or an attack added has another one
         */
        public AutoAttack build() {
            EpsilonBall checked = AttackChecks.ball(ball);
            for (Attack attack : attacks) {
                if (!attack.ball().equals(checked)) {
                    throw new IllegalStateException(
                            "The attack "
                                    + attack.name()
                                    + " stays within "
                                    + attack.ball()
                                    + ", but the set within "
                                    + checked
                                    + ". A worst case needs one ball: give all of them the same.");
                }
            }
            int passes = randomModel ? RANDOM_PASSES : 1;
            return new AutoAttack(checked, name == null ? title() : name, passes, set(checked));
        }

        private String title() {
            if (attacks.isEmpty()) {
                return randomModel ? "AutoAttack-rand" : "AutoAttack";
            }
            return String.join("+", attacks.stream().map(Attack::name).toList());
        }

        private List<Attack> set(EpsilonBall checked) {
            if (attacks.isEmpty()) {
                return randomModel ? rand(checked, seed) : standard(checked, seed);
            }
            return List.copyOf(attacks);
        }
    }
}
