package io.github.gradkit.examples.hyperopt;

import io.github.gradkit.examples.cli.Versions;
import io.github.gradkit.report.Align;
import io.github.gradkit.report.Axis;
import io.github.gradkit.report.Figure;
import io.github.gradkit.report.LineChart;
import io.github.gradkit.report.Report;
import io.github.gradkit.report.Row;
import io.github.gradkit.report.Table;
import io.github.gradkit.support.trace.MemoryTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** The HTML report of a grid. */
final class GridPage {

    private static final int MAX_TRACES = 6;

    private final GridResult grid;
    private final GridFindings findings;

    GridPage(GridResult grid) {
        this.grid = grid;
        this.findings = new GridFindings(grid);
    }

    Report build() {
        Report.Builder page =
                Report.builder()
                        .setTitle("How much does the initial learning rate matter?")
                        .optSubtitle(findings.data())
                        .optLead(
                                "The same network is trained from many initial learning rates, by a"
                                    + " plain optimizer (height 0) and by optimizers whose learning"
                                    + " rate is tuned by one, two or more levels above. The flatter"
                                    + " a line, the less a badly chosen rate costs.")
                        .addFigures(figures());
        for (BaseKind base : grid.settings().bases()) {
            section(page, base);
        }
        page.addText(unbroken(findings.legend()));
        if (!grid.reruns().isEmpty()) {
            page.addHeading("Learned constants")
                    .addText(
                            "The best run of each tower, chosen by its training loss, and a second"
                                    + " training with the constants that it ended with. "
                                    + findings.constants())
                    .add(reruns());
        }
        return page.addHeading("Settings").add(settings()).optFooter(Versions.footer()).build();
    }

    private Figure[] figures() {
        List<Figure> figures = new ArrayList<>();
        for (BaseKind base : grid.settings().bases()) {
            for (int height : List.of(lowest(), highest()).stream().distinct().toList()) {
                figures.add(
                        Figure.of(
                                base.title() + ", height " + height,
                                grid.usable(base, height) + " of " + grid.settings().rates().size(),
                                "initial rates end well"));
            }
        }
        return figures.toArray(Figure[]::new);
    }

    private int lowest() {
        return grid.settings().heights().get(0);
    }

    private int highest() {
        return grid.settings().heights().get(grid.settings().heights().size() - 1);
    }

    private void section(Report.Builder page, BaseKind base) {
        page.addHeading("Base " + base.title())
                .addText(unbroken(findings.reading(base)))
                .add(
                        chart(
                                "Test error, base " + base.title(),
                                "Test error (%)",
                                base,
                                run -> 100 * run.end().testError()))
                .add(errors(base))
                .add(
                        chart(
                                "Final training loss, base " + base.title(),
                                "Loss",
                                base,
                                run -> grid.counted(run.end())));
        traces(page, base);
    }

    private LineChart chart(
            String title, String yAxis, BaseKind base, ToDoubleFunction<GridRun> value) {
        LineChart.Builder chart =
                LineChart.builder()
                        .setTitle(title)
                        .setXAxis(new Axis("Initial learning rate", true))
                        .setYAxis(yAxis);
        double[] x = grid.settings().rates().stream().mapToDouble(rate -> rate).toArray();
        for (int height : grid.settings().heights()) {
            chart.addSeries(
                    "height " + height,
                    x,
                    grid.row(base, height).stream().mapToDouble(value).toArray());
        }
        return chart.build();
    }

    private Table errors(BaseKind base) {
        Table.Builder table =
                Table.builder().optTitle("Test error (%) by initial rate").addColumn("Height");
        grid.settings().rates().forEach(rate -> table.addColumn(Numbers.rate(rate), Align.RIGHT));
        table.addColumn("Spread", Align.RIGHT).addColumn("Usable", Align.RIGHT);
        for (int height : grid.settings().heights()) {
            List<String> cells = new ArrayList<>(List.of(Integer.toString(height)));
            grid.row(base, height).forEach(run -> cells.add(GridText.error(run.end())));
            cells.add(Numbers.loss(grid.spread(base, height)));
            cells.add(Long.toString(grid.usable(base, height)));
            table.addRow(Row.of(cells.toArray(String[]::new)));
        }
        return table.build();
    }

    private void traces(Report.Builder page, BaseKind base) {
        LineChart.Builder chart =
                LineChart.builder()
                        .setTitle("The learning rate during training, base " + base.title())
                        .optCaption(
                                "Height 1, one line for each initial rate. A gap is a rate that was"
                                        + " not positive.")
                        .setXAxis("Step")
                        .setYAxis(new Axis("Learning rate", true));
        int lines = 0;
        for (Map.Entry<GridRun, MemoryTrace> entry : grid.traces().entrySet()) {
            Optional<AlphaTrace> alpha = AlphaTrace.of(entry.getValue());
            if (entry.getKey().base() == base && lines < MAX_TRACES && alpha.isPresent()) {
                String name = "from " + Numbers.rate(entry.getKey().rate());
                chart.addSeries(name, alpha.get().steps(), alpha.get().values());
                lines++;
            }
        }
        if (lines > 0) {
            page.add(chart.build());
        }
    }

    private Table reruns() {
        Table.Builder table =
                Table.builder()
                        .addColumn("Tower")
                        .addColumn("Initial rate", Align.RIGHT)
                        .addColumn("Test error (%)", Align.RIGHT)
                        .addColumn("Rerun (%)", Align.RIGHT)
                        .addColumn("Constants")
                        .addColumn("Levels above");
        for (Rerun rerun : grid.reruns()) {
            GridRun run = rerun.run();
            table.addRow(
                    run.base().title() + ", height " + run.height(),
                    Numbers.rate(run.rate()),
                    GridText.error(run.end()),
                    GridText.error(rerun.end()),
                    run.learnedBase(),
                    run.learnedAbove());
        }
        return table.build();
    }

    private Table settings() {
        return Table.builder()
                .addColumn("Setting")
                .addColumn("Value")
                .addRow("Data set", grid.settings().dataset().toString())
                .addRow("Model", grid.network().describe())
                .addRow(
                        "Training",
                        String.format(
                                Locale.ROOT,
                                "%s, batches of %d",
                                Numbers.epochs(grid.network().epochs()),
                                grid.network().batchSize()))
                .addRow("Levels above the base", "of its kind; " + grid.settings().describeKappa())
                .addRow("Towers", grid.settings().style().describe())
                .addRow("Seed", Long.toString(grid.settings().seed()))
                .build();
    }

    /** Keeps numbers and percent signs on one line. */
    private static String unbroken(String text) {
        return text.replace(" %", "\u00a0%");
    }
}
