package io.github.gradkit.examples.advtrain;

import io.github.gradkit.advtrain.attack.Norm;
import io.github.gradkit.examples.data.DataSetName;
import java.util.Locale;

/** The norm of the perturbations, and how far they usually go on each data set. */
enum NormOption {
    /** The largest change of a pixel. */
    LINF(Norm.LINF, 0.2, 0.3, 0.1, 8.0 / 255),
    /** The Euclidean norm of the change. */
    L2(Norm.L2, 1, 2, 1, 0.5),
    /** The sum of the changes of all pixels. */
    L1(Norm.L1, 4, 10, 5, 12);

    private final Norm norm;
    private final double digits;
    private final double mnist;
    private final double fashion;
    private final double cifar;

    NormOption(Norm norm, double digits, double mnist, double fashion, double cifar) {
        this.norm = norm;
        this.digits = digits;
        this.mnist = mnist;
        this.fashion = fashion;
        this.cifar = cifar;
    }

    Norm norm() {
        return norm;
    }

    /** Returns the usual epsilon for pixels from 0 to 1. */
    double defaultEpsilon(DataSetName dataset) {
        return switch (dataset) {
            case DIGITS -> digits;
            case MNIST -> mnist;
            case FASHION_MNIST -> fashion;
            case CIFAR10 -> cifar;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
