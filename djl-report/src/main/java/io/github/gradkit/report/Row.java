package io.github.gradkit.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A row of a {@link Table}.
 *
 * @param cells the cells from left to right
 * @param highlighted whether the whole row stands out
 */
public record Row(List<Cell> cells, boolean highlighted) {

    /**
     * Copies the cells.
     *
     * @param cells the cells from left to right
     * @param highlighted whether the whole row stands out
     */
    public Row {
        cells = List.copyOf(cells);
    }

    /**
     * Makes a plain row.
     *
     * @param cells the text of each cell; may be empty strings
     * @return the row
     */
    public static Row of(String... cells) {
        return new Row(Arrays.stream(cells).map(cell -> new Cell(cell, false)).toList(), false);
    }

    /**
     * Makes the whole row stand out.
     *
     * @return a highlighted copy of this row
     */
    public Row highlight() {
        return new Row(cells, true);
    }

    /**
     * Makes one cell stand out.
     *
     * @param column the index of the cell, from 0
     * @return a copy of this row in which the cell is highlighted
     * @throws IllegalArgumentException if there is no such cell
     */
    public Row highlightCell(int column) {
        if (column < 0 || column >= cells.size()) {
            throw new IllegalArgumentException(
                    "the highlighted cell must be one of the "
                            + cells.size()
                            + " cells of the row, counted from 0, but is "
                            + column);
        }
        List<Cell> copy = new ArrayList<>(cells);
        copy.set(column, new Cell(copy.get(column).text(), true));
        return new Row(copy, highlighted);
    }

    /**
     * A cell of a row.
     *
     * @param text the text; may be empty
     * @param highlighted whether the cell stands out
     */
    public record Cell(String text, boolean highlighted) {

        /**
         * Checks the cell.
         *
         * @param text the text; may be empty
         * @param highlighted whether the cell stands out
         */
        public Cell {
            Objects.requireNonNull(text, "the text of a cell must not be null");
        }
    }
}
