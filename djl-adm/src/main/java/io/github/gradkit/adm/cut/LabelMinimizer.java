package io.github.gradkit.adm.cut;

/**
 * Looks for a labelling of low Potts energy by moves that each solve a two-label problem exactly.
 *
 * <p>A move is taken only if it lowers the energy, so the energy falls with each one. Labels are
 * tried in the order of their numbers: the same energy and start give the same result. A minimizer
 * keeps its working memory from one image to the next. It is not safe for use by several threads:
 * give each its own, or use {@link ParallelCuts}.
 */
public sealed interface LabelMinimizer permits AlphaExpansion, AlphaBetaSwap {

    /**
     * Starts from each pixel's cheapest label.
     *
     * @param energy what to minimise; only read
     * @param labelling receives the result
     * @return how it went
     * @throws IllegalArgumentException if the labelling has not one entry a pixel
     */
    default Minimum minimize(PottsEnergy energy, int[] labelling) {
        energy.cheapestLabels(labelling);
        return improve(energy, labelling);
    }

    /**
     * Starts from a given labelling, such as that of the same image in an earlier round.
     *
     * @param energy what to minimise; only read
     * @param labelling the start, and then the result; pixels with a fixed label get that first
     * @return how it went
     * @throws IllegalArgumentException if the labelling has not one entry a pixel, or one that is
     *     not an allowed label
     */
    Minimum improve(PottsEnergy energy, int[] labelling);
}
