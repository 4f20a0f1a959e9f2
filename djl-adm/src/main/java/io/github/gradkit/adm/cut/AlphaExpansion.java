package io.github.gradkit.adm.cut;

import java.util.ArrayList;
import java.util.List;

/**
 * Expansion moves: in one move, any set of pixels may take one label, and the best such set is
 * found by a minimum cut (Boykov, Veksler and Zabih, Fast approximate energy minimization via graph
 * cuts, PAMI 2001).
 *
 * <p>When no move lowers the energy, the pairs' part of the least energy counts twice at most: the
 * energy is no more than the costs of the best labelling plus twice its pairs. With two labels the
 * first two moves already give the least energy. A sweep takes one cut for each allowed label.
 */
public final class AlphaExpansion implements LabelMinimizer {

    private final MoveMaking moves;

    private AlphaExpansion(Builder builder) {
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
        for (int label = 0; label < energy.labels(); label++) {
            if (energy.allowed[label]) {
                candidates.add(
                        new MoveMaking.Labels(
                                label, PottsEnergy.UNLABELLED, new ExpansionProblem(label)));
            }
        }
        return moves.sweep(energy, labelling, candidates);
    }

    /** Options of {@link AlphaExpansion}. */
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
        public AlphaExpansion build() {
            return new AlphaExpansion(this);
        }
    }
}
