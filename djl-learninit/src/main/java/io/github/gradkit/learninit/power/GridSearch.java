package io.github.gradkit.learninit.power;

/** Grids of powers for one instance. */
final class GridSearch {

    private final Link link;
    private final double[] best;
    private double rate;
    private long tried;

    GridSearch(Link link, double[] start) {
        this.link = link;
        best = start.clone();
        rate = link.sumRate(start);
        tried = 1;
    }

    void run(int points, int rounds) {
        double[] low = new double[link.users];
        double gap = link.maxPower / (points - 1);
        tryGrid(low, gap, points, 0, new double[link.users]);
        for (int round = 0; round < rounds; round++) {
            gap /= 2;
            for (int k = 0; k < link.users; k++) {
                low[k] = best[k] - 2 * gap;
            }
            tryGrid(low, gap, 5, 0, new double[link.users]);
        }
    }

    private void tryGrid(double[] low, double gap, int points, int user, double[] powers) {
        if (user == link.users) {
            tryPowers(powers);
            return;
        }
        for (int i = 0; i < points; i++) {
            powers[user] = Math.max(0, Math.min(link.maxPower, low[user] + i * gap));
            tryGrid(low, gap, points, user + 1, powers);
        }
    }

    private void tryPowers(double[] powers) {
        double found = link.sumRate(powers);
        tried++;
        if (found > rate) {
            rate = found;
            System.arraycopy(powers, 0, best, 0, powers.length);
        }
    }

    double rate() {
        return rate;
    }

    long tried() {
        return tried;
    }

    void copyBest(float[] target, int instance) {
        for (int k = 0; k < link.users; k++) {
            target[instance * link.users + k] = (float) best[k];
        }
    }
}
