package io.github.gradkit.adm.train;

import java.util.List;
import java.util.Objects;

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
        MeanEnergy sum = new MeanEnergy();
        energies.forEach(energy -> sum.add(energy, 1));
        return Objects.requireNonNull(sum.mean(), "no images");
    }
}
