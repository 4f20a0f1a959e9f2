package io.github.gradkit.adm.train;

import java.util.List;

/**
 * The labellings of some images.
 *
 * @param labels for each image its labels, row by row
 * @param energies for each image how its labelling came out
 */
public record Labelled(List<int[]> labels, List<LatentEnergy> energies) {

    /**
     * Makes labellings.
     *
     * @param labels for each image its labels; the list is copied, the arrays are not
     * @param energies for each image how its labelling came out
     */
    public Labelled {
        labels = List.copyOf(labels);
        energies = List.copyOf(energies);
    }

    /**
     * Returns how the labellings came out together.
     *
     * @return the mean over images
     */
    public LatentEnergy mean() {
        LatentEnergy mean = energies.get(0);
        for (int i = 1; i < energies.size(); i++) {
            mean = mean.merge(energies.get(i), 1.0 / (i + 1));
        }
        return mean;
    }
}
