package io.github.gradkit.adm.train;

import io.github.gradkit.adm.cut.Neighbourhood;

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
        Neighbourhood pairs = images.neighbourhood;
        double sum = 0;
        for (int k = 0; k < pairs.directions(); k++) {
            int weights = images.weightsAt(image, k);
            int step = pairs.dy(k) * images.width + pairs.dx(k);
            for (int y = 0, p = 0; y < images.height; y++) {
                for (int x = 0; x < images.width; x++, p++) {
                    float weight = images.weights[weights + p];
                    if (weight != 0 && pairs.leadsInside(k, x, y, images.width, images.height)) {
                        sum += weight * term.of(p, p + step);
                    }
                }
            }
        }
        return sum;
    }
}
