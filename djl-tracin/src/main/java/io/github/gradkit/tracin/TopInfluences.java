package io.github.gradkit.tracin;

import java.util.List;

/**
 * The strongest training examples for each test example.
 *
 * <p>Proponents are the examples with the largest scores: training on them lowered the loss of the
 * test example. Opponents have the smallest scores: training on them raised it. Where fewer than k
 * examples have the right sign the lists go on with the nearest ones, so look at the sign of each
 * score.
 *
 * @param proponentLists for each test example its proponents, largest score first, ties by index
 * @param opponentLists for each test example its opponents, smallest score first, ties by index
 */
public record TopInfluences(
        List<List<Influence>> proponentLists, List<List<Influence>> opponentLists) {

    /**
     * Returns the proponents of a test example.
     *
     * @param testIndex the index of the test example in its data set
     * @return the influences, largest score first; min(k, number of training examples) of them
     */
    public List<Influence> proponents(int testIndex) {
        return proponentLists.get(testIndex);
    }

    /**
     * Returns the opponents of a test example.
     *
     * @param testIndex the index of the test example in its data set
     * @return the influences, smallest score first; min(k, number of training examples) of them
     */
    public List<Influence> opponents(int testIndex) {
        return opponentLists.get(testIndex);
    }

    /** Says the size and the sign convention. */
    @Override
    public String toString() {
        return "TopInfluences for "
                + proponentLists.size()
                + " test examples (positive = proponent)";
    }
}
