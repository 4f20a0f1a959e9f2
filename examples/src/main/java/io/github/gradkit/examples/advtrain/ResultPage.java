package io.github.gradkit.examples.advtrain;

import io.github.gradkit.advtrain.evaluate.Accuracy;
import io.github.gradkit.advtrain.evaluate.ChecklistLine;
import io.github.gradkit.advtrain.evaluate.CurvePoint;
import io.github.gradkit.advtrain.evaluate.Verdict;
import io.github.gradkit.advtrain.evaluate.WilsonInterval;
import io.github.gradkit.examples.cli.Versions;
import io.github.gradkit.examples.data.ImageSet;
import io.github.gradkit.examples.data.Pictures;
import io.github.gradkit.examples.model.SmallCnn;
import io.github.gradkit.report.Align;
import io.github.gradkit.report.Emphasis;
import io.github.gradkit.report.Figure;
import io.github.gradkit.report.ImageGroup;
import io.github.gradkit.report.ImageGroups;
import io.github.gradkit.report.LineChart;
import io.github.gradkit.report.Report;
import io.github.gradkit.report.Row;
import io.github.gradkit.report.Table;
import io.github.gradkit.report.Tile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The results as a page. */
final class ResultPage {

    private final Result result;
    private final Settings settings;

    ResultPage(Result result) {
        this.result = result;
        this.settings = result.settings();
    }

    Report build() {
        return Report.builder()
                .setTitle("Which model stands up to an adversary?")
                .optSubtitle(
                        String.format(
                                Locale.ROOT,
                                "%s, %,d training and %,d test images, %s",
                                settings.dataset(),
                                result.data().train().size(),
                                result.data().test().size(),
                                settings.ball()))
                .optLead(
                        "Each model was trained in another way. An adversary may change every test"
                            + " image within the epsilon ball. A model that was trained on clean"
                            + " images is easily fooled; the others were trained on perturbed"
                            + " ones.")
                .addFigures(figures())
                .addHeading("Correct test images under attack")
                .add(accuracies())
                .addText(Findings.summary(result), Findings.uncertainty(result))
                .add(curve())
                .addHeading("What the adversary does")
                .add(pictures())
                .addHeading("Can the figures be trusted?")
                .addText(
                        "Many defences only break the attack. The checklist looks for the signs of"
                                + " that; a line that fails means that the model is weaker than its"
                                + " figures.")
                .add(checklist())
                .addHeading("Training")
                .add(losses())
                .addHeading("Settings")
                .add(settingsTable())
                .optFooter(Versions.footer())
                .build();
    }

    private Figure[] figures() {
        List<Evaluated> best =
                result.models().stream()
                        .sorted(
                                Comparator.comparingDouble(
                                        model -> -model.under(Experiment.AUTO).share()))
                        .limit(4)
                        .toList();
        return best.stream()
                .map(
                        model ->
                                Figure.of(
                                        model.method().title() + " training",
                                        ResultText.percent(model.under(Experiment.AUTO)) + " %",
                                        "right under AutoAttack, "
                                                + ResultText.percent(model.report().clean())
                                                + " % clean"))
                .toArray(Figure[]::new);
    }

    private Table accuracies() {
        Table.Builder table = Table.builder().addColumn("Training");
        for (String column : List.of("Clean", Experiment.FGSM, Experiment.PGD, Experiment.AUTO)) {
            table.addColumn(column, Align.RIGHT);
        }
        table.addColumn("95 % interval", Align.RIGHT).addColumn("Seconds", Align.RIGHT);
        for (Evaluated model : result.models()) {
            Accuracy auto = model.under(Experiment.AUTO);
            WilsonInterval interval = auto.interval();
            table.addRow(
                    Row.of(
                            model.method().title(),
                            ResultText.percent(model.report().clean()),
                            ResultText.percent(model.under(Experiment.FGSM)),
                            ResultText.percent(model.under(Experiment.PGD)),
                            ResultText.percent(auto),
                            String.format(
                                    Locale.ROOT,
                                    "%.1f to %.1f",
                                    100 * interval.low(),
                                    100 * interval.high()),
                            String.format(Locale.ROOT, "%.1f", model.trainSeconds())));
        }
        return table.build();
    }

    private LineChart curve() {
        LineChart.Builder chart =
                LineChart.builder()
                        .setTitle("Accuracy over the radius")
                        .optCaption("Under PGD with 50 steps. An honest curve ends at 0.")
                        .setXAxis("Epsilon")
                        .setYAxis("Correct test images (%)");
        for (Evaluated model : result.models()) {
            List<CurvePoint> curve = model.report().curve();
            chart.addSeries(
                    model.method().title(),
                    curve.stream().mapToDouble(CurvePoint::epsilon).toArray(),
                    curve.stream().mapToDouble(point -> 100 * point.accuracy().share()).toArray());
        }
        return chart.build();
    }

    private ImageGroups pictures() {
        ImageGroups.Builder groups =
                ImageGroups.builder()
                        .setTitle("Test images, perturbed against each model")
                        .optCaption("Each badge tells what the model takes the image for.");
        int count = result.models().get(0).pictures().size();
        IntStream.range(0, count).forEach(i -> groups.addGroup(group(i)));
        return groups.build();
    }

    private ImageGroup group(int place) {
        ImageSet test = result.data().test();
        List<Tile> tiles = new ArrayList<>();
        int index = place;
        for (Evaluated model : result.models()) {
            Evaluated.Perturbed image = model.pictures().get(place);
            index = image.index();
            boolean right = image.predicted() == test.label(index);
            tiles.add(
                    Tile.of(Pictures.of(test.format(), image.pixels()), model.method().title())
                            .withBadge(
                                    name(image.predicted()),
                                    right ? Emphasis.POSITIVE : Emphasis.NEGATIVE));
        }
        Tile head =
                Tile.of(
                        Pictures.of(test.format(), test.values(index)),
                        "Test No. " + index + ": " + name(test.label(index)));
        return ImageGroup.builder().setHead(head).addStrip("Perturbed", tiles).build();
    }

    private String name(int label) {
        return result.data().test().format().classNames().get(label);
    }

    private Table checklist() {
        Table.Builder table = Table.builder().addColumn("Check");
        result.models().forEach(model -> table.addColumn(model.method().title(), Align.LEFT));
        List<ChecklistLine> lines = result.models().get(0).report().checklist().lines();
        for (ChecklistLine line : lines) {
            String[] cells = new String[result.models().size() + 1];
            cells[0] = line.item().number() + ". " + line.item().title();
            for (int i = 1; i < cells.length; i++) {
                ChecklistLine own =
                        result.models().get(i - 1).report().checklist().line(line.item());
                String verdict = own.verdict().toString().toLowerCase(Locale.ROOT);
                cells[i] =
                        own.verdict() == Verdict.PASS ? verdict : verdict + ": " + own.measured();
            }
            table.addRow(Row.of(cells));
        }
        return table.build();
    }

    private LineChart losses() {
        LineChart.Builder chart =
                LineChart.builder()
                        .setTitle("Training loss")
                        .optCaption(
                                "Each on what it minimises: clean or perturbed images, or both."
                                        + " Epsilon grows to its full size in the first fifth.")
                        .setXAxis("Share of the training (%)")
                        .setYAxis("Mean loss of an epoch");
        for (Evaluated model : result.models()) {
            int epochs = model.losses().length;
            double[] share =
                    IntStream.rangeClosed(1, epochs).mapToDouble(i -> 100.0 * i / epochs).toArray();
            chart.addSeries(model.method().title(), share, model.losses());
        }
        return chart.build();
    }

    private Table settingsTable() {
        return Table.builder()
                .addColumn("Setting")
                .addColumn("Value")
                .addRow("Network", SmallCnn.describe(result.data().train().format()))
                .addRow("Epochs", Integer.toString(settings.epochs()))
                .addRow("Batch size", Integer.toString(settings.batchSize()))
                .addRow("Attack steps in training", Integer.toString(settings.steps()))
                .addRow("Beta of TRADES and MART", Double.toString(settings.beta()))
                .addRow("Seed", Long.toString(settings.seed()))
                .build();
    }
}
