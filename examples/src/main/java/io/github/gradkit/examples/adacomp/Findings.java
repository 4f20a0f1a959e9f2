package io.github.gradkit.examples.adacomp;

import java.util.Locale;
import java.util.Optional;

/** What a run found, in words. */
final class Findings {

    private Findings() {}

    static String summary(Result result) {
        Optional<Outcome> found = result.compressed();
        if (found.isEmpty()) {
            return "Only the dense training was run, so there is nothing to compare.";
        }
        Outcome outcome = found.get();
        double points = 100 * (outcome.finalAccuracy() - result.dense().finalAccuracy());
        return String.format(
                Locale.ROOT,
                "%s sent %.0f times fewer bytes than dense gradients (%.0f times in the accounting"
                        + " of the paper) and ends %.1f points %s.",
                outcome.kind().title(),
                outcome.rateBytes(),
                outcome.ratePaper(),
                Math.abs(points),
                points < 0 ? "below" : "above");
    }

    static String uncertainty(Result result) {
        double p = result.dense().finalAccuracy();
        double error = 196 * Math.sqrt(p * (1 - p) / result.data().test().size());
        return String.format(
                Locale.ROOT,
                "With %d test images, an accuracy is uncertain by about %.1f points.",
                result.data().test().size(),
                error);
    }

    /** Returns the step times on the link, or nothing without one. */
    static Optional<String> link(Result result) {
        Link link = result.settings().link();
        Optional<Outcome> compressed = result.compressed();
        if (link == null || compressed.isEmpty()) {
            return Optional.empty();
        }
        int learners = result.settings().learners();
        double dense = result.dense().stepMillis(link, learners);
        double sparse = compressed.get().stepMillis(link, learners);
        return Optional.of(
                String.format(
                        Locale.ROOT,
                        "On a link of %s, a step would take %.2f ms with dense gradients and %.2f"
                                + " ms with %s: %.1f times %s. Computed from measured times of"
                                + " step, packing and unpacking and the real sizes of the messages;"
                                + " dense gradients are taken to be exchanged in the same way.",
                        link,
                        dense,
                        sparse,
                        compressed.get().kind().title(),
                        Math.max(dense / sparse, sparse / dense),
                        sparse <= dense ? "faster" : "slower"));
    }
}
