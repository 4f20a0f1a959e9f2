package io.github.gradkit.advtrain.evaluate;

import io.github.gradkit.report.Align;
import io.github.gradkit.report.LineChart;
import io.github.gradkit.report.Report;
import io.github.gradkit.report.Row;
import io.github.gradkit.report.Table;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The part of the page about accuracy over epsilon. */
final class CurveSection {

    private static final double FAR = 8;

    private final RobustnessReport report;

    private CurveSection(RobustnessReport report) {
        this.report = report;
    }

    static void add(Report.Builder page, RobustnessReport report) {
        new CurveSection(report).curve(page);
    }

    private void curve(Report.Builder page) {
        if (report.curve().isEmpty()) {
            return;
        }
        page.addHeading("Accuracy over epsilon");
        List<CurvePoint> near =
                report.curve().stream()
                        .filter(p -> p.epsilon() <= FAR * report.ball().epsilon())
                        .toList();
        if (near.size() > 1) {
            page.add(chart(near));
        }
        page.add(curveTable());
    }

    private LineChart chart(List<CurvePoint> points) {
        double[] x = points.stream().mapToDouble(CurvePoint::epsilon).toArray();
        LineChart.Builder chart =
                LineChart.builder()
                        .setTitle("Accuracy over epsilon")
                        .optCaption(
                                "The grey lines bound the 95 % interval. A robust model falls late,"
                                        + " but every model falls to 0.")
                        .setXAxis("Epsilon (" + normName() + ")")
                        .setYAxis("Accuracy (%)")
                        .addSeries("Under attack", x, percent(points, p -> p.accuracy().share()));
        if (report.certificate().isPresent()) {
            chart.addSeries("Certified, exact", x, percent(points, CurveSection::certified));
        }
        return chart.addReference(
                        "95 % interval, upper end",
                        x, percent(points, p -> p.accuracy().interval().high()))
                .addReference(
                        "95 % interval, lower end",
                        x, percent(points, p -> p.accuracy().interval().low()))
                .build();
    }

    private String normName() {
        return report.ball().norm().name().toLowerCase(Locale.ROOT);
    }

    private static double certified(CurvePoint point) {
        Accuracy certified = point.certified();
        return certified == null ? Double.NaN : certified.share();
    }

    private static double[] percent(List<CurvePoint> points, ToDoubleFunction<CurvePoint> share) {
        return points.stream().mapToDouble(p -> 100 * share.applyAsDouble(p)).toArray();
    }

    private Table curveTable() {
        boolean exact = report.certificate().isPresent();
        Table.Builder table =
                Table.builder()
                        .optTitle("Accuracy at each epsilon")
                        .addColumn("Epsilon", Align.RIGHT)
                        .addColumn("Accuracy", Align.RIGHT)
                        .addColumn("95 % interval", Align.RIGHT);
        if (exact) {
            table.addColumn("Certified, exact", Align.RIGHT);
        }
        for (CurvePoint point : report.curve()) {
            String epsilon = Numbers.digits(point.epsilon());
            String share = Numbers.percent(point.accuracy().share());
            String interval = Numbers.percent(point.accuracy().interval());
            Row row =
                    exact
                            ? Row.of(epsilon, share, interval, Numbers.percent(certified(point)))
                            : Row.of(epsilon, share, interval);
            table.addRow(point.epsilon() == report.ball().epsilon() ? row.highlight() : row);
        }
        return table.build();
    }
}
