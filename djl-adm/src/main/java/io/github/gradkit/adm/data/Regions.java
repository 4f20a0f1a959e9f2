package io.github.gradkit.adm.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The connected regions of a mask: pixels of one label that touch, diagonally too.
 *
 * <p>Takes 9 bytes a pixel, and time in the number of pixels.
 */
final class Regions {

    private final int[] mask;
    private final int height;
    private final int width;

    Regions(int[] mask, int height, int width) {
        this.mask = mask;
        this.height = height;
        this.width = width;
    }

    /** Returns the pixels of each region, in the order of the regions' first pixels. */
    List<int[]> all() {
        boolean[] seen = new boolean[mask.length];
        int[] queue = new int[mask.length];
        List<int[]> regions = new ArrayList<>();
        for (int pixel = 0; pixel < mask.length; pixel++) {
            if (!seen[pixel] && mask[pixel] != SegmentationLabels.UNLABELLED) {
                int end = flood(pixel, seen, queue);
                regions.add(Arrays.copyOf(queue, end));
            }
        }
        return regions;
    }

    private int flood(int start, boolean[] seen, int[] queue) {
        int end = 0;
        queue[end++] = start;
        seen[start] = true;
        for (int next = 0; next < end; next++) {
            int x = queue[next] % width;
            int y = queue[next] / width;
            for (int v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
                for (int u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
                    int pixel = v * width + u;
                    if (!seen[pixel] && mask[pixel] == mask[start]) {
                        seen[pixel] = true;
                        queue[end++] = pixel;
                    }
                }
            }
        }
        return end;
    }

    /**
     * Keeps the pixels of a region that survive as many erosions as possible.
     *
     * @param region pixels of one region
     * @param most how many erosions at most
     * @return at least one pixel
     */
    int[] eroded(int[] region, int most) {
        int[] depths = Arrays.stream(region).map(pixel -> depth(pixel, most)).toArray();
        int deepest = Arrays.stream(depths).max().orElse(0);
        int[] kept = new int[region.length];
        int count = 0;
        for (int i = 0; i < region.length; i++) {
            if (depths[i] == deepest) {
                kept[count++] = region[i];
            }
        }
        return Arrays.copyOf(kept, count);
    }

    /** Returns how far the square around a pixel can grow within its label; borders don't count. */
    private int depth(int pixel, int most) {
        int depth = 0;
        while (depth < most && isUniform(pixel, depth + 1)) {
            depth++;
        }
        return depth;
    }

    private boolean isUniform(int pixel, int radius) {
        int x = pixel % width;
        int y = pixel / width;
        for (int v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius); v++) {
            for (int u = Math.max(0, x - radius); u <= Math.min(width - 1, x + radius); u++) {
                if (mask[v * width + u] != mask[pixel]) {
                    return false;
                }
            }
        }
        return true;
    }
}
