package io.github.gradkit.adm.cut;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sweeps over moves until none lowers the energy, and the memory for one move. */
final class MoveMaking {

    /** Fills the graph of a move. The source side of a pixel is the change. */
    interface Problem {

        /** Returns the energy of the labelling if the cut would cost nothing. */
        long fill(PottsEnergy energy, int[] labelling, GridGraph graph);

        /** Returns the label of a pixel after the move. */
        int labelAfter(int label, boolean sourceSide);
    }

    /** Names a move. */
    record Labels(int label, int other, Problem problem) {}

    private final MinCutSolver solver;
    private final int maxSweeps;
    private @Nullable GridGraph graph;
    private boolean[] side = {};
    private final List<Move> moves = new ArrayList<>();

    MoveMaking(MinCutSolver solver, int maxSweeps) {
        this.solver = solver;
        this.maxSweeps = maxSweeps;
    }

    Minimum sweep(PottsEnergy energy, int[] labelling, List<Labels> candidates) {
        prepare(energy, labelling);
        long start = energy.energy(labelling);
        long least = start;
        int sinceLast = 0;
        int sweeps = 0;
        while (sweeps < maxSweeps && sinceLast < candidates.size()) {
            sweeps++;
            for (Labels move : candidates) {
                if (sinceLast == candidates.size()) {
                    break;
                }
                long after = attempt(energy, labelling, move, sweeps, least);
                sinceLast = after < least ? 1 : sinceLast + 1;
                least = after;
            }
        }
        boolean converged = sinceLast >= candidates.size();
        Minimum minimum = new Minimum(start, least, Math.max(1, sweeps), converged, moves);
        moves.clear();
        return minimum;
    }

    private void prepare(PottsEnergy energy, int[] labelling) {
        Checks.length("labelling", labelling.length, energy.pixels());
        for (int pixel = 0; pixel < labelling.length; pixel++) {
            if (energy.seeds[pixel] != PottsEnergy.UNLABELLED) {
                labelling[pixel] = energy.seeds[pixel];
            }
            energy.checkLabel(labelling[pixel]);
            if (!energy.allowed[labelling[pixel]]) {
                throw new IllegalArgumentException(
                        "The start gives pixel "
                                + pixel
                                + " the label "
                                + labelling[pixel]
                                + ", which is barred from this image. Start from allowed labels.");
            }
        }
        GridGraph present = graph;
        if (present == null
                || present.width() != energy.width()
                || present.height() != energy.height()
                || present.neighbourhood() != energy.neighbourhood()) {
            graph = new GridGraph(energy.width(), energy.height(), energy.neighbourhood());
            side = new boolean[energy.pixels()];
        }
        moves.clear();
    }

    private long attempt(
            PottsEnergy energy, int[] labelling, Labels move, int sweep, long present) {
        GridGraph problem = Objects.requireNonNull(graph);
        problem.clear();
        long rest = move.problem().fill(energy, labelling, problem);
        long after = rest + solver.solve(problem, side);
        if (after >= present) {
            return present;
        }
        int changed = 0;
        for (int pixel = 0; pixel < labelling.length; pixel++) {
            int label = move.problem().labelAfter(labelling[pixel], side[pixel]);
            if (label != labelling[pixel]) {
                labelling[pixel] = label;
                changed++;
            }
        }
        moves.add(new Move(sweep, move.label(), move.other(), after, changed));
        return after;
    }
}
