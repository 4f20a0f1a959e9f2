package io.github.gradkit.learninit.power;

/**
 * One iteration of WMMSE for one instance. With amplitudes {@code v = sqrt(p)}, in turn: the best
 * receivers {@code u}, the best weights of their errors {@code w}, and the best amplitudes.
 */
final class WmmseStep {

    private final Link link;
    private final double[] receivers;
    private final double[] errorWeights;

    WmmseStep(Link link) {
        this.link = link;
        receivers = new double[link.users];
        errorWeights = new double[link.users];
    }

    /** The best {@code u(k) = h(k,k) v(k) / (noise + sum of h(k,j)^2 v(j)^2)}, and {@code w}. */
    void fitReceivers(double[] powers) {
        for (int k = 0; k < link.users; k++) {
            double own = link.squares[k][k] * powers[k];
            double disturbance = link.disturbance(k, powers);
            receivers[k] = Math.sqrt(own) / (own + disturbance);
            // 1 / (1 - u h v), without the difference that loses digits for a strong signal.
            errorWeights[k] = 1 + own / disturbance;
        }
    }

    /** The best {@code v(k)}, clipped so that the power is in its range; into {@code powers}. */
    void fitPowers(double[] powers) {
        for (int k = 0; k < link.users; k++) {
            double gain = Math.sqrt(link.squares[k][k]);
            double top = link.weights[k] * errorWeights[k] * receivers[k] * gain;
            double price = 0;
            for (int j = 0; j < link.users; j++) {
                price +=
                        link.weights[j]
                                * errorWeights[j]
                                * receivers[j]
                                * receivers[j]
                                * link.squares[j][k];
            }
            double limit = Math.sqrt(link.maxPower);
            // Nothing to win means off; a price of 0 can only be rounding, and means all.
            double amplitude = top == 0 ? 0 : Math.min(limit, top / price);
            powers[k] = amplitude == limit ? link.maxPower : amplitude * amplitude;
        }
    }

    /** The sum of {@code a(k) log2 w(k)}: after {@link #fitReceivers} it is the sum of rates. */
    double logWeights() {
        double sum = 0;
        for (int k = 0; k < link.users; k++) {
            sum += link.weights[k] * Math.log(errorWeights[k]);
        }
        return sum / Math.log(2);
    }
}
