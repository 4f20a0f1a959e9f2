package io.github.gradkit.adm.cut;

/** The graph of a swap: the pixels of two labels choose anew, the source side the first one. */
final class SwapProblem implements MoveMaking.Problem {

    private final int alpha;
    private final int beta;

    SwapProblem(int alpha, int beta) {
        this.alpha = alpha;
        this.beta = beta;
    }

    private boolean chooses(int label) {
        return label == alpha || label == beta;
    }

    @Override
    public long fill(PottsEnergy energy, int[] labelling, GridGraph graph) {
        long rest = 0;
        int width = energy.width();
        for (int y = 0, pixel = 0; y < energy.height(); y++) {
            int at = (y + 1) * (width + 2) + 1;
            for (int x = 0; x < width; x++, pixel++, at++) {
                if (chooses(labelling[pixel])) {
                    int source = energy.cost(pixel, alpha);
                    graph.excess[at] += energy.cost(pixel, beta) - source;
                    rest += source;
                } else {
                    rest += energy.cost(pixel, labelling[pixel]);
                }
            }
        }
        for (int k = 0; k < energy.weights.length; k++) {
            rest += fillPairs(energy, k, labelling, graph);
        }
        return rest;
    }

    private long fillPairs(PottsEnergy energy, int k, int[] labelling, GridGraph graph) {
        long rest = 0;
        int width = energy.width();
        int degree = graph.steps.length;
        int step = energy.neighbourhood().dy(k) * width + energy.neighbourhood().dx(k);
        for (int y = 0, pixel = 0; y < energy.height(); y++) {
            int at = (y + 1) * (width + 2) + 1;
            for (int x = 0; x < width; x++, pixel++, at++) {
                int weight = energy.weights[k][pixel];
                if (weight == 0) {
                    continue;
                }
                int second = labelling[pixel + step];
                if (chooses(labelling[pixel]) && chooses(second)) {
                    graph.arcs[at * degree + 2 * k] = weight;
                    graph.arcs[(at + graph.steps[2 * k]) * degree + 2 * k + 1] = weight;
                } else if (labelling[pixel] != second) {
                    rest += weight;
                }
            }
        }
        return rest;
    }

    @Override
    public int labelAfter(int label, boolean sourceSide) {
        if (!chooses(label)) {
            return label;
        }
        return sourceSide ? alpha : beta;
    }
}
