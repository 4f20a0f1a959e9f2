package io.github.gradkit.examples.gdat;

import ai.djl.util.Progress;
import io.github.gradkit.advtrain.linear.SignedData;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What the command found.
 *
 * @param settings what the user chose
 * @param rates the study of convergence
 * @param mixed the study of norms
 * @param scale the studies on more data
 */
record GdatResult(Settings settings, RateStudy rates, MixedStudy mixed, List<ScaleStudy> scale) {

    private static final long RANDOM_STEPS = 100_000;
    private static final long DIGIT_STEPS = 10_000;

    static GdatResult run(Settings settings, Progress progress) throws IOException {
        SignedData random = Points.random(settings.seed());
        SignedData digits = Points.twosAndNines();
        long randomSteps = Math.min(settings.steps(), RANDOM_STEPS);
        long digitSteps = Math.min(settings.steps(), DIGIT_STEPS);
        progress.reset(
                "Training",
                RateStudy.cost(settings)
                        + MixedStudy.cost(settings)
                        + ScaleStudy.cost(random, randomSteps)
                        + ScaleStudy.cost(digits, digitSteps));
        progress.start(0);
        RateStudy rates = RateStudy.run(settings, progress);
        MixedStudy mixed = MixedStudy.run(settings, progress);
        double eta = settings.stepSize();
        String name =
                String.format(
                        Locale.ROOT,
                        "Random: %d points in %d dimensions",
                        Points.SIZE,
                        Points.DIMENSION);
        ScaleStudy first = ScaleStudy.run(name, random, randomSteps, eta, progress);
        String images = "Digits 2 and 9: " + digits.size() + " images of 64 pixels";
        ScaleStudy second = ScaleStudy.run(images, digits, digitSteps, eta, progress);
        progress.end();
        return new GdatResult(settings, rates, mixed, List.of(first, second));
    }

    private Stream<Run> runs() {
        return Stream.of(
                        rates.runs(),
                        mixed.all(),
                        scale.stream().flatMap(s -> s.rows().stream()).map(ScaleStudy.Row::run))
                .flatMap(stream -> stream);
    }

    long certificateChecks() {
        return runs().mapToLong(run -> run.trace().certificateChecks()).sum();
    }

    long certificateViolations() {
        return runs().mapToLong(run -> run.trace().certificateViolations()).sum();
    }

    /** Says what the rates mean, as computed. */
    String reading() {
        long[] decades = settings.decades();
        long last = decades[decades.length - 1];
        return String.format(
                Locale.ROOT,
                "With c tuned to T the gap falls like T^%.3f; the theorem predicts T^-0.5 up to"
                    + " logarithms. Clean training only gains like 1 / ln T: gap times ln T goes"
                    + " from %.3f to %.3f. After %,d steps the gap is %.1f times smaller with"
                    + " perturbations, and the clean loss is %s instead of %s.",
                rates.tunedSlope(),
                rates.cleanGapTimesLog(decades[0]),
                rates.cleanGapTimesLog(last),
                last,
                rates.clean().last().gap() / rates.tunedAfter(last).gap(),
                Sci.loss(rates.tunedAfter(last).logCleanLoss()),
                Sci.loss(rates.clean().last().logCleanLoss()));
    }

    /** Says whether the certificate held. */
    String certificate() {
        return String.format(
                Locale.ROOT,
                "Certificate 1 - cos(v, u) <= (gamma - h(v)) / gamma: checked at %,d iterates,"
                        + " violated at %,d.",
                certificateChecks(),
                certificateViolations());
    }
}
