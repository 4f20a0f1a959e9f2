package io.github.gradkit.adm.train;

/**
 * How the latent labelling of some images came out. Energies are sums over an image, divided by its
 * number of pixels.
 *
 * @param energyBefore {@code lambda R(X) + gamma CE(X, S)} where each pixel has its cheapest label:
 *     the one that the network scores highest among those that the image may have, or what a
 *     scribble binds it to
 * @param energyAfter the same at the labelling that was found; never more
 * @param pottsBefore {@code R} of the labels that the network scores highest, scribbles left out of
 *     it: the weights of pairs with different labels
 * @param pottsAfter {@code R} of the labelling that was found
 * @param relaxed the bilinear relaxation of {@code R} at the network's probabilities: the sum of
 *     {@code w (1 - <S(p), S(q)>)}
 * @param sweeps how often all moves were tried, the mean over images
 * @param converged the share of images whose labelling no move improves; for the others the sweeps
 *     ran out
 * @param changed the share of pixels whose label is not the one that the network scores highest
 */
public record LatentEnergy(
        double energyBefore,
        double energyAfter,
        double pottsBefore,
        double pottsAfter,
        double relaxed,
        double sweeps,
        double converged,
        double changed) {

    /** Returns the mean, in which the other has a given share. */
    LatentEnergy merge(LatentEnergy other, double share) {
        return new LatentEnergy(
                mix(energyBefore, other.energyBefore, share),
                mix(energyAfter, other.energyAfter, share),
                mix(pottsBefore, other.pottsBefore, share),
                mix(pottsAfter, other.pottsAfter, share),
                mix(relaxed, other.relaxed, share),
                mix(sweeps, other.sweeps, share),
                mix(converged, other.converged, share),
                mix(changed, other.changed, share));
    }

    private static double mix(double mine, double others, double share) {
        return mine + (others - mine) * share;
    }
}
