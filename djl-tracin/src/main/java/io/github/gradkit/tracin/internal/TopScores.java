package io.github.gradkit.tracin.internal;

import io.github.gradkit.tracin.Influence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The k best scores of a stream in rising order of index; ties go to the lower index. */
public final class TopScores {

    private final int k;
    private final float sign;
    private final Comparator<Influence> bestFirst;
    private final PriorityQueue<Influence> worstFirst;
    private float bar = Float.NEGATIVE_INFINITY;

    /**
     * Creates an empty selection.
     *
     * @param k how many to keep, at least 1
     * @param largest true to keep the largest scores, false for the smallest
     */
    public TopScores(int k, boolean largest) {
        this.k = k;
        this.sign = largest ? 1 : -1;
        Comparator<Influence> byScore = Comparator.comparingDouble(Influence::score);
        this.bestFirst =
                (largest ? byScore.reversed() : byScore).thenComparingInt(Influence::index);
        this.worstFirst = new PriorityQueue<>(bestFirst.reversed());
    }

    /**
     * Offers a score.
     *
     * @param index an index greater than all before
     * @param score the score
     */
    public void offer(int index, float score) {
        if (worstFirst.size() == k) {
            if (sign * score <= bar) {
                return;
            }
            worstFirst.poll();
        }
        worstFirst.add(new Influence(index, score));
        if (worstFirst.size() == k) {
            bar = sign * (float) worstFirst.element().score();
        }
    }

    /**
     * Returns what was kept.
     *
     * @return the best first
     */
    public List<Influence> best() {
        List<Influence> best = new ArrayList<>(worstFirst);
        best.sort(bestFirst);
        return List.copyOf(best);
    }
}
