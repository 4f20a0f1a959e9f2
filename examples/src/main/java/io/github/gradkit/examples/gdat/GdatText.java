package io.github.gradkit.examples.gdat;

import io.github.gradkit.advtrain.linear.GdatPoint;
import io.github.gradkit.advtrain.linear.MaxMargin;
import io.github.gradkit.examples.cli.Wrapped;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the command prints. */
final class GdatText {

    private static final String RATES = "%5s |%8s%6s |%8s%8s |%7s%8s%8s%6s%8s%n";
    private static final String MIXED = "%-10s%-24s%8s%s%n";
    private static final String SCALE = "  %-10s%14s%10s%8s%12s%n";

    private final GdatResult result;
    private final PrintWriter out;

    GdatText(GdatResult result, PrintWriter out) {
        this.result = result;
        this.out = out;
    }

    void print() {
        out.println("Two points: missing margin after T steps of l2 training");
        Wrapped.print(result.settings().describe(), out);
        out.println();
        rates();
        out.println();
        Wrapped.print(result.reading(), out);
        out.println();
        out.println("Three points: largest margin under perturbations, and what is missing to it");
        mixed();
        for (ScaleStudy study : result.scale()) {
            out.println();
            scale(study);
        }
        out.println();
        Wrapped.print(result.certificate(), out);
    }

    private void rates() {
        RateStudy rates = result.rates();
        out.printf(RATES, "", "clean", "", "c = 0.9", "gamma", "tuned", "", "", "", "");
        out.printf(RATES, "T", "gap", "xlnT", "gap", "loss", "c", "gap", "1-cos", "norm", "loss");
        for (long steps : result.settings().decades()) {
            GdatPoint clean = rates.clean().after(steps);
            GdatPoint fixed = rates.fixed().after(steps);
            GdatPoint tuned = rates.tunedAfter(steps);
            out.printf(
                    RATES,
                    Sci.steps(steps),
                    Sci.of(clean.gap()),
                    fixed(rates.cleanGapTimesLog(steps), 3),
                    Sci.of(fixed.gap()),
                    Sci.loss(fixed.logCleanLoss()),
                    fixed(rates.tunedRun(steps).target().ball().radius(), 4),
                    Sci.of(tuned.gap()),
                    Sci.of(tuned.oneMinusCosine()),
                    fixed(tuned.norm(), 1),
                    Sci.loss(tuned.logCleanLoss()));
        }
    }

    private void mixed() {
        String steps =
                Arrays.stream(result.settings().decades())
                        .mapToObj(t -> String.format("%8s", Sci.steps(t)))
                        .collect(Collectors.joining());
        out.printf(MIXED, "ball", "direction u", "gamma", steps);
        for (Run run : result.mixed().runs()) {
            String gaps =
                    run.trace().points().stream()
                            .map(point -> String.format("%8s", Sci.of(point.gap())))
                            .collect(Collectors.joining());
            out.printf(
                    MIXED,
                    run.target().ball().norm() + " " + run.target().ball().radius(),
                    Sci.direction(run.target().direction()),
                    fixed(run.target().lower(), 4),
                    gaps);
        }
    }

    private void scale(ScaleStudy study) {
        out.println(study.name() + ", after " + Sci.steps(study.steps()) + " steps");
        out.println(
                "  largest radius: "
                        + study.radii().stream()
                                .map(radius -> radius(radius, study.factor()))
                                .collect(Collectors.joining(", ")));
        out.printf(SCALE, "c / gamma", "gap / gamma", "1-cos", "norm", "clean loss");
        for (ScaleStudy.Row row : study.rows()) {
            GdatPoint last = row.run().last();
            out.printf(
                    SCALE,
                    row.share(),
                    fixed(study.relativeGap(row), 3),
                    Sci.of(last.oneMinusCosine()),
                    fixed(last.norm(), 1),
                    Sci.loss(last.logCleanLoss()));
        }
    }

    static String radius(MaxMargin radius, double factor) {
        return String.format(Locale.ROOT, "%s %.4f", radius.norm(), factor * radius.lower());
    }

    private static String fixed(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
