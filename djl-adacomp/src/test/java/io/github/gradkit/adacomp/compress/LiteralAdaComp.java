package io.github.gradkit.adacomp.compress;

import java.util.ArrayList;
import java.util.List;

/** The algorithm as it is written down, value by value: the slow twin of {@link AdaCompLayer}. */
final class LiteralAdaComp {

    private final int binLength;
    private final float softThreshold;
    final float[] residue;

    LiteralAdaComp(int size, int binLength, double softThreshold) {
        this.binLength = binLength;
        this.softThreshold = (float) softThreshold;
        residue = new float[size];
    }

    TernaryUpdate compress(float[] gradient) {
        int n = residue.length;
        float[] g = new float[n];
        float[] h = new float[n];
        for (int i = 0; i < n; i++) {
            g[i] = residue[i] + gradient[i];
            h[i] = g[i] + (softThreshold - 1) * gradient[i];
        }
        int bins = (n + binLength - 1) / binLength;
        float[] largest = new float[bins];
        double sum = 0;
        for (int i = 0; i < n; i++) {
            largest[i / binLength] = Math.max(largest[i / binLength], Math.abs(g[i]));
        }
        for (float one : largest) {
            sum += one;
        }
        float scale = (float) (sum / bins);
        List<Integer> codes = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            residue[i] = g[i];
            if (largest[i / binLength] > 0
                    && Math.abs(h[i]) >= largest[i / binLength]
                    && g[i] != 0
                    && scale > 0) {
                codes.add(2 * i + (g[i] < 0 ? 1 : 0));
                residue[i] = g[i] - Math.signum(g[i]) * scale;
            }
        }
        return new TernaryUpdate(
                n,
                binLength,
                Integer.MAX_VALUE,
                codes.stream().mapToInt(Integer::intValue).toArray(),
                n == 0 ? new float[0] : new float[] {scale});
    }
}
