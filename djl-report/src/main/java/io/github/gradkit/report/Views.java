package io.github.gradkit.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the templates read: the page model with its layout worked out. */
final class Views {

    /** How many line and bar colours the style sheet has; further series repeat them dashed. */
    static final int COLOURS = 6;

    private Views() {}

    record Anchor(String id, String text) {}

    record TableView(
            @Nullable String title,
            @Nullable String caption,
            String label,
            List<HeadCell> head,
            List<RowView> rows) {}

    record HeadCell(String name, String align) {}

    record RowView(boolean highlighted, CellView first, List<CellView> rest) {}

    record CellView(String text, String align, boolean highlighted) {}

    record LegendItem(int index, String name, String style) {}

    record LineView(
            String title,
            @Nullable String caption,
            String summary,
            List<LegendItem> legend,
            String json,
            ChartData.DataTable data) {}

    record TileView(String uri, int width, int height, String fit, Tile tile) {

        String tone() {
            return tile.emphasis().css();
        }
    }

    record GridView(String title, @Nullable String caption, List<TileView> tiles) {}

    record GroupsView(String title, @Nullable String caption, List<GroupView> groups) {}

    record GroupView(TileView head, List<StripView> strips) {}

    record StripView(String label, List<TileView> tiles) {}

    static TableView table(Table table) {
        List<HeadCell> head =
                table.columns().stream().map(c -> new HeadCell(c.name(), c.align().css())).toList();
        List<RowView> rows = table.rows().stream().map(row -> row(row, head)).toList();
        String columns = head.stream().map(HeadCell::name).collect(Collectors.joining(", "));
        String label = table.title() == null ? "Table: " + columns : table.title();
        return new TableView(table.title(), table.caption(), label, head, rows);
    }

    private static RowView row(Row row, List<HeadCell> head) {
        List<CellView> cells = new ArrayList<>();
        for (int i = 0; i < head.size(); i++) {
            Row.Cell cell = row.cells().get(i);
            cells.add(new CellView(cell.text(), head.get(i).align(), cell.highlighted()));
        }
        return new RowView(row.highlighted(), cells.get(0), cells.subList(1, cells.size()));
    }

    static LineView line(LineChart chart) {
        List<LegendItem> legend = new ArrayList<>();
        int colour = 0;
        for (int i = 0; i < chart.series().size(); i++) {
            Series series = chart.series().get(i);
            String style = series.isReference() ? "reference" : style(colour++);
            legend.add(new LegendItem(i, series.name(), style));
        }
        return new LineView(
                chart.title(),
                chart.caption(),
                summary(chart),
                legend,
                ChartData.json(chart),
                ChartData.table(chart));
    }

    static String style(int index) {
        return "s" + index % COLOURS + (index / COLOURS % 2 == 1 ? " dashed" : "");
    }

    private static String summary(LineChart chart) {
        String names = chart.series().stream().map(Series::name).collect(Collectors.joining("; "));
        return String.format(
                "Line chart: %s. Horizontal axis: %s. Vertical axis: %s. Lines: %s. The values are"
                        + " in the table below the chart.",
                chart.title(), chart.xAxis().title(), chart.yAxis().title(), names);
    }

    static GridView grid(ImageGrid grid) {
        return new GridView(grid.title(), grid.caption(), tiles(grid.tiles()));
    }

    static GroupsView groups(ImageGroups groups) {
        return new GroupsView(
                groups.title(),
                groups.caption(),
                groups.groups().stream().map(Views::group).toList());
    }

    private static GroupView group(ImageGroup group) {
        List<StripView> strips =
                group.strips().stream()
                        .map(strip -> new StripView(strip.label(), tiles(strip.tiles())))
                        .toList();
        return new GroupView(tile(group.head()), strips);
    }

    private static List<TileView> tiles(List<Tile> tiles) {
        return tiles.stream().map(Views::tile).toList();
    }

    private static TileView tile(Tile tile) {
        Picture picture = tile.picture();
        // Sharp pixels suit enlarged pictures only; photographs are made smaller and smoothed.
        String fit = picture.width() <= 64 && picture.height() <= 64 ? "crisp" : "smooth";
        return new TileView(picture.dataUri(), picture.width(), picture.height(), fit, tile);
    }
}
