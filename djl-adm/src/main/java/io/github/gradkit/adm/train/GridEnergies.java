package io.github.gradkit.adm.train;

/** The grid energy of one image, as sums over its pairs of neighbours. */
final class GridEnergies {

    private GridEnergies() {}

    /** What a pair costs, apart from its weight. */
    private interface PairTerm {
        double of(int first, int second);
    }

    /** Returns the sum of {@code w [f(p) != f(q)]}. */
    static double potts(ScoredImages images, int image, int[] labelling) {
        return sum(images, image, (p, q) -> labelling[p] == labelling[q] ? 0 : 1);
    }

    /** Returns the sum of {@code w (1 - <S(p), S(q)>)} where the scores hold {@code -log S}. */
    static double bilinear(ScoredImages images, int image) {
        int offset = images.scoresAt(image, 0);
        int pixels = images.pixels;
        float[] shares = new float[images.labels * pixels];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = (float) Math.exp(-images.scores[offset + i]);
        }
        return sum(
                images,
                image,
                (p, q) -> {
                    double same = 0;
                    for (int plane = 0; plane < shares.length; plane += pixels) {
                        same += (double) shares[plane + p] * shares[plane + q];
                    }
                    return 1 - same;
                });
    }

    private static double sum(ScoredImages images, int image, PairTerm term) {
        double[] sum = new double[1];
        images.forEachPair(image, (p, q, weight) -> sum[0] += weight * term.of(p, q));
        return sum[0];
    }
}
