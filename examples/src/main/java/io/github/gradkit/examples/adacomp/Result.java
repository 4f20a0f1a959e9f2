package io.github.gradkit.examples.adacomp;

import io.github.gradkit.examples.data.ImageData;
import java.util.List;
import java.util.Optional;

/**
 * What a run found.
 *
 * @param settings what it did
 * @param data the images
 * @param outcomes one for each compressor, dense first
 */
record Result(Settings settings, ImageData data, List<Outcome> outcomes) {

    Outcome dense() {
        return outcomes.get(0);
    }

    Optional<Outcome> of(CompressorKind kind) {
        return outcomes.stream().filter(outcome -> outcome.kind() == kind).findFirst();
    }

    /** Returns AdaComp, or else the first one that compresses. */
    Optional<Outcome> compressed() {
        return of(CompressorKind.ADACOMP).or(() -> outcomes.stream().skip(1).findFirst());
    }
}
