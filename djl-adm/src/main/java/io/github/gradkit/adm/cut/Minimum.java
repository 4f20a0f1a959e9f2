package io.github.gradkit.adm.cut;

import java.util.List;

/**
 * How a minimisation went.
 *
 * @param startEnergy the energy of the start, fixed labels put in, in units of 1 / {@value
 *     PottsEnergy#SCALE}
 * @param energy the energy at the end, never more
 * @param sweeps how often all moves were tried, at least 1
 * @param converged whether no move lowers the energy any more; otherwise the sweeps ran out
 * @param moves the moves that lowered the energy, in their order
 */
public record Minimum(
        long startEnergy, long energy, int sweeps, boolean converged, List<Move> moves) {

    /**
     * Makes a result.
     *
     * @param startEnergy the energy of the start
     * @param energy the energy at the end
     * @param sweeps how often all moves were tried
     * @param converged whether no move lowers the energy
     * @param moves the accepted moves
     */
    public Minimum {
        moves = List.copyOf(moves);
    }
}
