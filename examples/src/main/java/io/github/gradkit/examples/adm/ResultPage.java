package io.github.gradkit.examples.adm;

import io.github.gradkit.examples.cli.Versions;
import io.github.gradkit.examples.evaluation.Measured;
import io.github.gradkit.report.Align;
import io.github.gradkit.report.Axis;
import io.github.gradkit.report.Figure;
import io.github.gradkit.report.LineChart;
import io.github.gradkit.report.Report;
import io.github.gradkit.report.Row;
import io.github.gradkit.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The results as a page. */
final class ResultPage {

    private final Result result;
    private final Settings settings;

    ResultPage(Result result) {
        this.result = result;
        settings = result.settings();
    }

    Report build() {
        Report.Builder page =
                Report.builder()
                        .setTitle("Do graph cuts beat gradient descent?")
                        .optSubtitle(ResultText.heading(result))
                        .optLead(
                                "A network learns to segment from a few scribbled pixels. A grid"
                                    + " energy, which asks neighbours of the same colour to have"
                                    + " the same label, can be lowered by gradient descent on a"
                                    + " relaxation, or by alternating directions: a graph cut"
                                    + " labels each image, and the network follows.")
                        .addFigures(figures())
                        .addHeading("Methods")
                        .addText(
                                "All start from one network that has learned the scribbles, and"
                                        + " go on in their own way.")
                        .add(titles())
                        .addHeading("Findings")
                        .add(methods())
                        .addText(Findings.of(result).toArray(String[]::new))
                        .addText(ResultText.explanation(result))
                        .addHeading("Energy")
                        .add(equalLambda());
        if (settings.lambdas().size() > 1) {
            page.add(
                            overLambda(
                                    "Grid energy over lambda",
                                    "Per pixel of training images; low is good.",
                                    "Grid energy",
                                    outcome -> outcome.energy().mean(),
                                    "true masks",
                                    result.maskEnergy()))
                    .add(
                            overLambda(
                                    "Mean IoU over lambda",
                                    "On test images; high is good.",
                                    "Mean IoU (%)",
                                    outcome -> 100 * outcome.miou().mean(),
                                    Method.FULL.id(),
                                    result.findBest(Method.FULL)
                                            .map(full -> 100 * full.miou().mean())
                                            .orElse(Double.NaN)));
        }
        page.add(overEpochs()).addHeading("Labellings").add(new ShownLabels(result).trained());
        return page.add(new ShownLabels(result).tested()).optFooter(Versions.footer()).build();
    }

    private Figure[] figures() {
        double lambda = settings.lambdas().get(settings.lambdas().size() - 1);
        double grid = result.of(Method.GD_GRID, lambda).energy().mean();
        double adm = result.of(Method.ADM, lambda).energy().mean();
        Outcome best = result.best(Method.ADM);
        Measured points = best.minus(result.best(Method.GD_GRID), trial -> 100 * trial.miou());
        return new Figure[] {
            Figure.of(
                    "Grid energy",
                    Findings.change(adm - grid, grid),
                    "adm against bilinear gradient descent at lambda " + Findings.number(lambda)),
            Figure.of(
                    "Mean IoU",
                    Findings.percent(best.miou()) + " %",
                    "adm on test images, at its best lambda"),
            Figure.of(
                    "Difference",
                    (points.mean() > 0 ? "+" : "") + points.text(1),
                    "points of mean IoU against bilinear gradient descent at its best")
        };
    }

    private Table methods() {
        Table.Builder table = Table.builder().addColumn("Method");
        for (String column :
                List.of(
                        "Lambda",
                        "Grid energy",
                        "Relaxed energy",
                        "IoU, train (%)",
                        "IoU, test (%)",
                        "Seconds")) {
            table.addColumn(column, Align.RIGHT);
        }
        for (Outcome outcome : result.best()) {
            table.addRow(
                    Row.of(
                            outcome.method().id(),
                            ResultText.lambda(outcome),
                            outcome.energy().text(4),
                            outcome.relaxed().text(4),
                            Findings.percent(outcome.trainMiou()),
                            Findings.percent(outcome.miou()),
                            format("%.1f", outcome.seconds().mean())));
        }
        return table.build();
    }

    private Table titles() {
        Table.Builder table = Table.builder().addColumn("Method").addColumn("How it goes on");
        for (Method method : result.methods()) {
            table.addRow(Row.of(method.id(), method.title()));
        }
        return table.build();
    }

    private Table equalLambda() {
        Table.Builder table = Table.builder().addColumn("Lambda");
        List<Method> methods = List.of(Method.GD_GRID, Method.GD_TV, Method.ADM);
        methods.forEach(method -> table.addColumn(method.id(), Align.RIGHT));
        for (double lambda : settings.lambdas()) {
            List<String> cells = new ArrayList<>(List.of(Findings.number(lambda)));
            for (Method method : methods) {
                cells.add(result.of(method, lambda).energy().text(4));
            }
            table.addRow(Row.of(cells.toArray(String[]::new)));
        }
        return table.build();
    }

    private LineChart overLambda(
            String title,
            String caption,
            String axis,
            ToDoubleFunction<Outcome> figure,
            String referenceName,
            double reference) {
        double[] lambdas = settings.lambdas().stream().mapToDouble(Double::doubleValue).toArray();
        LineChart.Builder chart =
                LineChart.builder()
                        .setTitle(title)
                        .optCaption(caption)
                        .setXAxis(new Axis("Lambda", true))
                        .setYAxis(axis);
        for (Method method : result.methods()) {
            if (method.sweep() == Method.Sweep.ALL) {
                double[] values = result.of(method).stream().mapToDouble(figure).toArray();
                chart.addSeries(method.id(), lambdas, values);
            }
        }
        if (!Double.isNaN(reference)) {
            chart.addReference(referenceName, lambdas, flat(reference));
        }
        return chart.build();
    }

    private double[] flat(double value) {
        return settings.lambdas().stream().mapToDouble(lambda -> value).toArray();
    }

    /** All methods with a regulariser, at the weight that is best for alternating directions. */
    private LineChart overEpochs() {
        double lambda = result.best(Method.ADM).lambda();
        LineChart.Builder chart =
                LineChart.builder()
                        .setTitle("Grid energy over the epochs")
                        .optCaption(
                                "Per pixel of training images, at lambda "
                                        + Findings.number(lambda)
                                        + "; epoch 0 is the common start.")
                        .setXAxis("Epoch")
                        .setYAxis("Grid energy");
        for (Outcome outcome : result.outcomes()) {
            if (outcome.lambda() == lambda) {
                chart.addSeries(outcome.method().id(), outcome.epochs(), outcome.energies());
            }
        }
        return chart.build();
    }

    private static String format(String form, Object... values) {
        return String.format(Locale.ROOT, form, values);
    }
}
