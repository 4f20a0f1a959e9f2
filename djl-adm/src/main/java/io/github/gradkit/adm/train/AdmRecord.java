package io.github.gradkit.adm.train;

/**
 * What happened to a batch, or to a whole data set in a round of a {@link PseudoLabelCache}.
 *
 * @param step how many were recorded before this one
 * @param images the number of images
 * @param dataTerm {@code H(Y, S)}, the mean cross entropy of scribbled pixels in nats, before the
 *     step; NaN in a round
 * @param loss what the network was given to minimise; NaN in a round
 * @param energy how the labellings came out, the mean over images
 * @param milliseconds what it took to label the images, copies of scores and weights included
 */
public record AdmRecord(
        long step,
        int images,
        double dataTerm,
        double loss,
        LatentEnergy energy,
        double milliseconds) {}
