package io.github.gradkit.examples.gdat;

import io.github.gradkit.advtrain.linear.GdatPoint;
import io.github.gradkit.examples.cli.Versions;
import io.github.gradkit.report.Align;
import io.github.gradkit.report.Axis;
import io.github.gradkit.report.Figure;
import io.github.gradkit.report.LineChart;
import io.github.gradkit.report.Report;
import io.github.gradkit.report.Table;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The HTML report. */
final class GdatPage {

    private static final String CLEAN = "clean";
    private static final String FIXED = "c = 0.9 γ";
    private static final String TUNED = "c tuned to T";

    private final GdatResult result;
    private final RateStudy rates;
    private final double[] steps;

    GdatPage(GdatResult result) {
        this.result = result;
        rates = result.rates();
        steps = Arrays.stream(result.settings().grid()).asDoubleStream().toArray();
    }

    Report build() {
        Report.Builder page =
                Report.builder()
                        .setTitle("Adversarial training finds the largest margin faster")
                        .optSubtitle("Gradient descent on linear models of separable data")
                        .optLead(
                                "On separable data, gradient descent turns the weights towards the"
                                    + " largest margin, but only as slowly as 1 / ln T. Training on"
                                    + " worst-case inputs gets there like 1 / √T. This page"
                                    + " reproduces what the theorem predicts, on data with known"
                                    + " margins.")
                        .addFigures(figures())
                        .addHeading("Two points, l2 perturbations")
                        .addText(symbols(result.reading()))
                        .add(gaps())
                        .add(losses())
                        .add(norms())
                        .add(rateTable())
                        .addHeading("Other norms, three points")
                        .addText(
                                "Under perturbations of another norm the weights turn towards the"
                                        + " largest mixed margin: the largest Euclidean margin that"
                                        + " is left under the worst perturbation. They do so as"
                                        + " slowly as clean training.")
                        .add(mixedChart())
                        .add(mixedTable());
        page.addHeading("More data");
        result.scale().forEach(study -> page.add(scaleTable(study)));
        return page.addHeading("Certificate")
                .addText(symbols(result.certificate()))
                .addText(symbols("Settings: " + result.settings().describe() + "."))
                .optFooter(Versions.footer())
                .build();
    }

    private Figure[] figures() {
        long last = result.settings().steps();
        return new Figure[] {
            Figure.of(
                    "Slope with c tuned",
                    String.format(Locale.ROOT, "%.3f", rates.tunedSlope()),
                    "of the gap, predicted -0.5"),
            Figure.of("Gap, clean", Sci.of(rates.clean().last().gap()), "after " + Sci.steps(last)),
            Figure.of(
                    "Gap, tuned", Sci.of(rates.tunedAfter(last).gap()), "after " + Sci.steps(last)),
            Figure.of(
                    "Certificate broken",
                    Long.toString(result.certificateViolations()),
                    String.format(
                            Locale.ROOT, "violations at %,d iterates", result.certificateChecks()))
        };
    }

    private LineChart gaps() {
        return chart("Missing margin after T steps", new Axis("Steps T", true))
                .setYAxis(new Axis("γ − margin", true))
                .optCaption(
                        "A straight line falls like a power of T. The bound is γ − c: once the"
                                + " loss is below 1 / n, no more than that can be missing.")
                .addSeries(CLEAN, steps, ofClean(GdatPoint::gap))
                .addSeries(FIXED, steps, ofFixed(GdatPoint::gap))
                .addSeries(TUNED, steps, ofTuned(GdatPoint::gap))
                .addReference(
                        "bound with c tuned to T",
                        steps,
                        map(
                                t ->
                                        rates.gamma()
                                                - result.settings()
                                                        .tunedRadius(rates.gamma(), (long) t)))
                .build();
    }

    private LineChart losses() {
        double decimal = 1 / Math.log(10);
        return chart("Loss without perturbations", new Axis("Steps T", true))
                .setYAxis("log10 of the loss")
                .optCaption(
                        "With perturbations the loss falls almost exponentially, since the weights"
                                + " grow as fast as √T. Logarithms, as it gets too small for a"
                                + " float number.")
                .addSeries(CLEAN, steps, ofClean(p -> decimal * p.logCleanLoss()))
                .addSeries(FIXED, steps, ofFixed(p -> decimal * p.logCleanLoss()))
                .addSeries(TUNED, steps, ofTuned(p -> decimal * p.logCleanLoss()))
                .build();
    }

    private LineChart norms() {
        double[] roots = map(Math::sqrt);
        return chart("Length of the weights", new Axis("√T", false))
                .setYAxis("Euclidean norm")
                .optCaption(
                        "Tuned to T it grows in proportion to √T up to logarithms; clean, like"
                                + " ln T.")
                .addSeries(CLEAN, roots, ofClean(GdatPoint::norm))
                .addSeries(FIXED, roots, ofFixed(GdatPoint::norm))
                .addSeries(TUNED, roots, ofTuned(GdatPoint::norm))
                .build();
    }

    private static LineChart.Builder chart(String title, Axis x) {
        return LineChart.builder().setTitle(title).setXAxis(x);
    }

    private double[] map(DoubleUnaryOperator value) {
        return Arrays.stream(steps).map(value).toArray();
    }

    private double[] ofClean(ToDoubleFunction<GdatPoint> value) {
        return Arrays.stream(result.settings().grid())
                .mapToDouble(t -> value.applyAsDouble(rates.clean().after(t)))
                .toArray();
    }

    private double[] ofFixed(ToDoubleFunction<GdatPoint> value) {
        return Arrays.stream(result.settings().grid())
                .mapToDouble(t -> value.applyAsDouble(rates.fixed().after(t)))
                .toArray();
    }

    private double[] ofTuned(ToDoubleFunction<GdatPoint> value) {
        return Arrays.stream(result.settings().grid())
                .mapToDouble(t -> value.applyAsDouble(rates.tunedAfter(t)))
                .toArray();
    }

    private Table rateTable() {
        Table.Builder table =
                Table.builder()
                        .optTitle("Missing margin, and loss without perturbations")
                        .addColumn("T");
        List.of("Clean", "× ln T", "c = 0.9 γ", "Loss", "Tuned c", "Gap", "1 − cos", "Norm", "Loss")
                .forEach(column -> table.addColumn(column, Align.RIGHT));
        for (long t : result.settings().decades()) {
            GdatPoint tuned = rates.tunedAfter(t);
            table.addRow(
                    Sci.steps(t),
                    Sci.of(rates.clean().after(t).gap()),
                    String.format(Locale.ROOT, "%.3f", rates.cleanGapTimesLog(t)),
                    Sci.of(rates.fixed().after(t).gap()),
                    Sci.loss(rates.fixed().after(t).logCleanLoss()),
                    String.format(Locale.ROOT, "%.4f", rates.tunedRun(t).target().ball().radius()),
                    Sci.of(tuned.gap()),
                    Sci.of(tuned.oneMinusCosine()),
                    String.format(Locale.ROOT, "%.1f", tuned.norm()),
                    Sci.loss(tuned.logCleanLoss()));
        }
        return table.build();
    }

    private LineChart mixedChart() {
        LineChart.Builder chart =
                LineChart.builder()
                        .setTitle("Missing mixed margin after T steps")
                        .setXAxis(new Axis("Steps T", true))
                        .setYAxis(new Axis("γ − margin", true));
        for (Run run : result.mixed().runs()) {
            chart.addSeries(
                    run.target().ball().norm() + ", c = " + run.target().ball().radius(),
                    run.trace().points().stream().mapToDouble(GdatPoint::step).toArray(),
                    run.trace().points().stream().mapToDouble(GdatPoint::gap).toArray());
        }
        return chart.build();
    }

    private Table mixedTable() {
        Table.Builder table =
                Table.builder()
                        .optCaption("The gap of the solver bounds the error of γ.")
                        .addColumn("Ball")
                        .addColumn("Direction u")
                        .addColumn("γ", Align.RIGHT)
                        .addColumn("Gap of the solver", Align.RIGHT)
                        .addColumn("1 − cos at the end", Align.RIGHT);
        for (Run run : result.mixed().runs()) {
            table.addRow(
                    run.target().ball().norm() + ", c = " + run.target().ball().radius(),
                    Sci.direction(run.target().direction()),
                    String.format(Locale.ROOT, "%.6f", run.target().lower()),
                    Sci.of(Math.max(0, run.target().gap())),
                    Sci.of(run.last().oneMinusCosine()));
        }
        return table.build();
    }

    private static Table scaleTable(ScaleStudy study) {
        Table.Builder table =
                Table.builder()
                        .optTitle(study.name() + ", " + Sci.steps(study.steps()) + " steps")
                        .optCaption(
                                "Largest radius that a linear model can withstand: "
                                        + study.radii().stream()
                                                .map(r -> GdatText.radius(r, study.factor()))
                                                .collect(Collectors.joining(", "))
                                        + ". Trained under l2 perturbations of radius c.")
                        .addColumn("c / γ");
        List.of("Gap / γ", "1 − cos", "Norm", "Clean loss")
                .forEach(column -> table.addColumn(column, Align.RIGHT));
        for (ScaleStudy.Row row : study.rows()) {
            GdatPoint last = row.run().last();
            table.addRow(
                    Double.toString(row.share()),
                    String.format(Locale.ROOT, "%.3f", study.relativeGap(row)),
                    Sci.of(last.oneMinusCosine()),
                    String.format(Locale.ROOT, "%.1f", last.norm()),
                    Sci.loss(last.logCleanLoss()));
        }
        return table.build();
    }

    /** Writes formulas as on paper, which not every terminal can show. */
    private static String symbols(String text) {
        return text.replace("gamma", "γ")
                .replace("sqrt ", "√")
                .replace(" - ", " − ")
                .replace("<=", "≤")
                .replace("^-", "^−");
    }
}
