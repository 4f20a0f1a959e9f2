package io.github.gradkit.adm.loss;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.support.gradient.CollectorConstants;

/**
 * Ways to let a pair of pixels with probabilities of labels, S and T, cost what a pair with one
 * label each costs: 0 for the same label, 1 for different ones.
 *
 * <p>Source: the three forms of Marin and Boykov's published code for <em>Robust Trust Region for
 * Weakly Supervised Segmentation</em>, ICCV 2021, scaled to agree on pixels that are sure.
 */
public enum Relaxation {

    /**
     * {@code 1 - sum over labels of S T}: the probability that two labels drawn from S and T
     * differ. Not convex: a pair of doubtful pixels costs something even if S = T, so it also asks
     * for sure pixels.
     */
    BILINEAR {
        @Override
        NDArray costs(NDArray first, NDArray second, CollectorConstants constants) {
            NDArray same = first.mul(second).sum(LABELS);
            return constants.add(same.neg(), 1);
        }
    },

    /** {@code 1/2 sum over labels of (S - T)^2}. Convex, 0 wherever S = T. */
    QUADRATIC {
        @Override
        NDArray costs(NDArray first, NDArray second, CollectorConstants constants) {
            NDArray difference = first.sub(second);
            return constants.mul(difference.mul(difference).sum(LABELS), 0.5);
        }
    },

    /**
     * {@code 1/2 sum over labels of |S - T|}. Convex, 0 wherever S = T, and for two labels exact:
     * its least energy is that of the best labelling. Its gradient is 0 where S = T.
     */
    TOTAL_VARIATION {
        @Override
        NDArray costs(NDArray first, NDArray second, CollectorConstants constants) {
            return constants.mul(first.sub(second).abs().sum(LABELS), 0.5);
        }
    };

    private static final int[] LABELS = {1};

    /**
     * Returns what pairs cost.
     *
     * @param first the probabilities of the first pixels, (batch, labels, height, width)
     * @param second those of the second pixels
     * @return (batch, height, width)
     */
    abstract NDArray costs(NDArray first, NDArray second, CollectorConstants constants);
}
