package io.github.gradkit.adm.cut;

/**
 * Which pixels are neighbours.
 *
 * <p>Each pair of neighbours is named once, by its first pixel and a direction: direction {@code k}
 * of pixel {@code (x, y)} leads to {@code (x + dx(k), y + dy(k))}. The directions are right, down,
 * and with eight neighbours also right and down, left and down.
 */
public enum Neighbourhood {
    /** Left, right, above, below: two directions. */
    FOUR(2),
    /** The diagonal ones too: four directions. */
    EIGHT(4);

    private final int directions;

    Neighbourhood(int directions) {
        this.directions = directions;
    }

    /**
     * Returns the number of directions, which is half the number of neighbours.
     *
     * @return 2 or 4
     */
    public int directions() {
        return directions;
    }

    /**
     * Returns how many columns a direction leads to the right.
     *
     * @param direction from 0 to {@code directions() - 1}
     * @return -1, 0 or 1
     */
    public int dx(int direction) {
        return switch (checked(direction)) {
            case 0, 2 -> 1;
            case 1 -> 0;
            default -> -1;
        };
    }

    /**
     * Returns how many rows a direction leads down.
     *
     * @param direction from 0 to {@code directions() - 1}
     * @return 0 or 1
     */
    public int dy(int direction) {
        return checked(direction) == 0 ? 0 : 1;
    }

    /**
     * Returns the distance of the two pixels of a pair.
     *
     * @param direction from 0 to {@code directions() - 1}
     * @return 1, or the root of 2 on a diagonal
     */
    public double distance(int direction) {
        return Math.hypot(dx(direction), dy(direction));
    }

    /**
     * Tells whether a pixel has a neighbour in a direction.
     *
     * @param direction from 0 to {@code directions() - 1}
     * @param x the pixel's column
     * @param y the pixel's row
     * @param width the columns of the image
     * @param height the rows of the image
     * @return whether the neighbour lies in the image
     */
    public boolean leadsInside(int direction, int x, int y, int width, int height) {
        int column = x + dx(direction);
        return column >= 0 && column < width && y + dy(direction) < height;
    }

    int checked(int direction) {
        if (direction < 0 || direction >= directions) {
            throw new IllegalArgumentException(
                    "There is no direction "
                            + direction
                            + ": they are 0 to "
                            + (directions - 1)
                            + ".");
        }
        return direction;
    }
}
