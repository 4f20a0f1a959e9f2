package io.github.gradkit.adm.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import io.github.gradkit.adm.cut.Neighbourhood;
import java.util.ArrayList;
import java.util.List;

/** Where the pixels of the pairs of one direction are, and their weights. */
record Shift(NDIndex first, NDIndex second, NDIndex weights) {

    static List<Shift> of(NDArray weights) {
        int directions = Math.toIntExact(weights.getShape().get(1));
        long height = weights.getShape().get(2);
        long width = weights.getShape().get(3);
        Neighbourhood pairs = directions == 2 ? Neighbourhood.FOUR : Neighbourhood.EIGHT;
        List<Shift> shifts = new ArrayList<>();
        for (int k = 0; k < directions; k++) {
            int dx = pairs.dx(k);
            int dy = pairs.dy(k);
            long left = Math.max(0, -dx);
            long right = width - Math.max(0, dx);
            if (left < right && dy < height) {
                shifts.add(of(k, dx, dy, left, right, height - dy));
            }
        }
        return shifts;
    }

    private static Shift of(int k, int dx, int dy, long left, long right, long bottom) {
        NDIndex first = image().addSliceDim(0, bottom).addSliceDim(left, right);
        NDIndex second = image().addSliceDim(dy, bottom + dy).addSliceDim(left + dx, right + dx);
        NDIndex weights =
                new NDIndex()
                        .addAllDim()
                        .addIndices(k)
                        .addSliceDim(0, bottom)
                        .addSliceDim(left, right);
        return new Shift(first, second, weights);
    }

    private static NDIndex image() {
        return new NDIndex().addAllDim(2);
    }
}
