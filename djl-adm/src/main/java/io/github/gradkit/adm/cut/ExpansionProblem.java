package io.github.gradkit.adm.cut;

/**
 * The graph of an expansion: on the source side, pixels take the label.
 *
 * <p>With A, B and C the cost of a pair when both keep their labels, only the second takes the new
 * one, or only the first, the arc between them has capacity B + C - A (Kolmogorov and Zabih, PAMI
 * 2004), which is 0 or more for the Potts cost. Where both have the same label, half of it is put
 * on the opposite arc: that leaves nothing to add to the pixels' own costs.
 */
final class ExpansionProblem implements MoveMaking.Problem {

    private final int alpha;

    ExpansionProblem(int alpha) {
        this.alpha = alpha;
    }

    @Override
    public long fill(PottsEnergy energy, int[] labelling, GridGraph graph) {
        long rest = 0;
        int width = energy.width();
        for (int y = 0, pixel = 0; y < energy.height(); y++) {
            int at = (y + 1) * (width + 2) + 1;
            for (int x = 0; x < width; x++, pixel++, at++) {
                int label = labelling[pixel];
                int keep = energy.cost(pixel, label);
                if (label == alpha) {
                    rest += keep;
                } else {
                    int take = energy.cost(pixel, alpha);
                    graph.excess[at] += keep - take;
                    rest += take;
                }
            }
        }
        for (int k = 0; k < energy.weights.length; k++) {
            fillPairs(energy, k, labelling, graph);
        }
        return rest;
    }

    private void fillPairs(PottsEnergy energy, int k, int[] labelling, GridGraph graph) {
        int width = energy.width();
        int[] plane = energy.weights[k];
        int step = energy.neighbourhood().dy(k) * width + energy.neighbourhood().dx(k);
        for (int y = 0, pixel = 0; y < energy.height(); y++) {
            int at = (y + 1) * (width + 2) + 1;
            for (int x = 0; x < width; x++, pixel++, at++) {
                int weight = plane[pixel];
                if (weight != 0) {
                    fillPair(graph, at, k, labelling[pixel], labelling[pixel + step], weight);
                }
            }
        }
    }

    private void fillPair(GridGraph graph, int at, int k, int first, int second, int weight) {
        int degree = graph.steps.length;
        int to = at + graph.steps[2 * k];
        if (first == second) {
            if (first != alpha) {
                graph.arcs[at * degree + 2 * k] = weight;
                graph.arcs[to * degree + 2 * k + 1] = weight;
            }
        } else if (first == alpha) {
            graph.excess[to] += weight;
        } else {
            graph.excess[at] += weight;
            if (second != alpha) {
                graph.arcs[at * degree + 2 * k] = weight;
            }
        }
    }

    @Override
    public int labelAfter(int label, boolean sourceSide) {
        return sourceSide ? alpha : label;
    }
}
