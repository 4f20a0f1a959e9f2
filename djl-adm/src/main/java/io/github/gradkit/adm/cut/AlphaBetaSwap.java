package io.github.gradkit.adm.cut;

import java.util.ArrayList;
import java.util.List;

/**
 * Swap moves: in one move, the pixels of two labels choose anew between these, and the best choice
 * is found by a minimum cut (Boykov, Veksler and Zabih, Fast approximate energy minimization via
 * graph cuts, PAMI 2001).
 *
 * <p>There is no bound on the energy as for {@link AlphaExpansion}, which is the better choice for
 * the Potts energy in most cases. With two labels one move gives the least energy. A sweep takes
 * one cut for each pair of allowed labels.
 */
public final class AlphaBetaSwap implements LabelMinimizer {

    private final MoveMaking moves;

    private AlphaBetaSwap(Builder builder) {
        this.moves = builder.moves();
    }

    /**
     * Makes a builder.
     *
     * @return a builder with all options at their defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Minimum improve(PottsEnergy energy, int[] labelling) {
        List<MoveMaking.Labels> candidates = new ArrayList<>();
        for (int alpha = 0; alpha < energy.labels(); alpha++) {
            for (int beta = alpha + 1; beta < energy.labels(); beta++) {
                if (energy.allowed[alpha] && energy.allowed[beta]) {
                    candidates.add(
                            new MoveMaking.Labels(alpha, beta, new SwapProblem(alpha, beta)));
                }
            }
        }
        return moves.sweep(energy, labelling, candidates);
    }

    /** Options of {@link AlphaBetaSwap}. */
    public static final class Builder extends MoveBuilder<Builder> {

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Makes the minimizer.
         *
         * @return a minimizer with a memory of its own
         */
        public AlphaBetaSwap build() {
            return new AlphaBetaSwap(this);
        }
    }
}
