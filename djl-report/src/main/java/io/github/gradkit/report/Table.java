package io.github.gradkit.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table with named columns. The first cell of each row is marked up as the header of that row.
 * Wide tables scroll sideways.
 *
 * @param title what the table shows, or {@code null}
 * @param caption a remark on how to read it, or {@code null}
 * @param columns the columns, at least one
 * @param rows the rows, at least one, each with as many cells as there are columns
 */
public record Table(
        @Nullable String title, @Nullable String caption, List<Column> columns, List<Row> rows)
        implements Section {

    /**
     * Copies and checks the table.
     *
     * @param title what the table shows, or {@code null}
     * @param caption a remark on how to read it, or {@code null}
     * @param columns the columns, at least one
     * @param rows the rows, at least one, each with as many cells as there are columns
     * @throws IllegalArgumentException if there are no columns or rows, or a row has another width
     */
    public Table {
        columns = Checks.notEmpty(columns, "the columns of a table", "call addColumn");
        rows = Checks.notEmpty(rows, "the rows of a table", "call addRow, or leave the table out");
        for (int i = 0; i < rows.size(); i++) {
            checkWidth(i, rows.get(i).cells().size(), columns.size());
        }
    }

    private static void checkWidth(int row, int cells, int columns) {
        if (cells != columns) {
            throw new IllegalArgumentException(
                    String.format(
                            "row %d of a table must have one cell for each of the %d columns, but"
                                    + " has %d",
                            row, columns, cells));
        }
    }

    /**
     * Starts a table.
     *
     * @return an empty builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A column of a table.
     *
     * @param name the header of the column; not blank
     * @param align how its cells are aligned
     */
    public record Column(String name, Align align) {

        /**
         * Checks the column.
         *
         * @param name the header of the column; not blank
         * @param align how its cells are aligned
         * @throws IllegalArgumentException if the name is blank
         */
        public Column {
            Checks.text(name, "the name of a column");
        }
    }

    /** Collects the parts of a table. */
    public static final class Builder {

        private @Nullable String title;
        private @Nullable String caption;
        private final List<Column> columns = new ArrayList<>();
        private final List<Row> rows = new ArrayList<>();

        private Builder() {}

        /**
         * Sets the title.
         *
         * @param title what the table shows; not blank
         * @return this builder
         * @throws IllegalArgumentException if the title is blank
         */
        public Builder optTitle(String title) {
            this.title = Checks.text(title, "the title of a table");
            return this;
        }

        /**
         * Sets the caption.
         *
         * @param caption a remark on how to read the table; not blank
         * @return this builder
         * @throws IllegalArgumentException if the caption is blank
         */
        public Builder optCaption(String caption) {
            this.caption = Checks.text(caption, "the caption of a table");
            return this;
        }

        /**
         * Adds a column aligned to the left.
         *
         * @param name the header of the column; not blank
         * @return this builder
         * @throws IllegalArgumentException if the name is blank
         */
        public Builder addColumn(String name) {
            return addColumn(name, Align.LEFT);
        }

        /**
         * Adds a column.
         *
         * @param name the header of the column; not blank
         * @param align how its cells are aligned
         * @return this builder
         * @throws IllegalArgumentException if the name is blank
         */
        public Builder addColumn(String name, Align align) {
            columns.add(new Column(name, align));
            return this;
        }

        /**
         * Adds a row of plain cells.
         *
         * @param cells the text of each cell, one for each column; may be empty strings
         * @return this builder
         */
        public Builder addRow(String... cells) {
            return addRow(Row.of(cells));
        }

        /**
         * Adds a row, which may be highlighted or hold highlighted cells.
         *
         * @param row the row
         * @return this builder
         */
        public Builder addRow(Row row) {
            rows.add(row);
            return this;
        }

        /**
         * Makes the table.
         *
         * @return the table
         * @throws IllegalArgumentException if there are no columns or rows, or a row has another
         *     number of cells than there are columns
         */
        public Table build() {
            return new Table(title, caption, columns, rows);
        }
    }
}
