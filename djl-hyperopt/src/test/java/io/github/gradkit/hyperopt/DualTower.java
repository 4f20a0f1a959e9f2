package io.github.gradkit.hyperopt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A tower that reads like the paper, in double: every hypergradient comes from automatic
 * differentiation of the update formulas. The slow twin of all that main code does by closed forms.
 */
final class DualTower {

    private final List<DualLevel> base = new ArrayList<>();
    private final List<DualLevel> above = new ArrayList<>();
    private final int[][] members;
    private double rescale = 1;
    private double clip = Double.POSITIVE_INFINITY;
    private LongToDoubleFunction schedule = step -> 1;
    private long steps;

    /**
     * Builds a tower.
     *
     * @param semantics the form of the formulas
     * @param rules the rules from the base upwards
     * @param groupOf the group of each weight
     * @param rounded whether the base uses hyperparameters of single precision
     */
    DualTower(Semantics semantics, List<UpdateRule> rules, int[] groupOf, boolean rounded) {
        int groups = Arrays.stream(groupOf).max().orElseThrow() + 1;
        members = new int[groups][];
        int numbers = 0;
        RuleSpec spec = rules.get(0).resolve(semantics, rules.size() > 1);
        for (int g = 0; g < groups; g++) {
            int group = g;
            members[g] =
                    IntStream.range(0, groupOf.length).filter(i -> groupOf[i] == group).toArray();
            base.add(new DualLevel(spec, members[g].length, rounded));
            numbers += spec.learned().size();
        }
        for (int i = 1; i < rules.size(); i++) {
            RuleSpec one = rules.get(i).resolve(semantics, i + 1 < rules.size());
            above.add(new DualLevel(one, numbers, false));
            numbers = one.learned().size();
        }
    }

    DualTower scaling(double factor, double limit) {
        rescale = factor;
        clip = limit;
        return this;
    }

    DualTower schedule(LongToDoubleFunction factor) {
        schedule = factor;
        return this;
    }

    /** Makes a step: weights are changed, the hypergradients by level returned. */
    List<double[]> step(double[] weights, double[] gradient) {
        steps++;
        double[] scaled = Arrays.stream(gradient).map(g -> g * rescale).toArray();
        List<double[]> hypergradients = new ArrayList<>();
        hypergradients.add(ofBase(scaled));
        for (DualLevel level : above) {
            hypergradients.add(level.hypergradient(hypergradients.get(hypergradients.size() - 1)));
        }
        for (int i = above.size() - 1; i >= 0; i--) {
            List<DualLevel> below = i == 0 ? base : List.of(above.get(i - 1));
            double[] numbers = join(below.stream().map(DualLevel::raw).toList());
            above.get(i).update(numbers, hypergradients.get(i), 1);
            int from = 0;
            for (DualLevel level : below) {
                int to = from + level.learned().size();
                level.moveTo(Arrays.copyOfRange(numbers, from, to));
                from = to;
            }
        }
        updateWeights(weights, scaled);
        return hypergradients;
    }

    private double[] ofBase(double[] gradient) {
        List<double[]> parts = new ArrayList<>();
        for (int g = 0; g < members.length; g++) {
            parts.add(base.get(g).hypergradient(pick(gradient, members[g])));
        }
        return join(parts);
    }

    private void updateWeights(double[] weights, double[] gradient) {
        for (int g = 0; g < members.length; g++) {
            double[] some = pick(weights, members[g]);
            double[] clipped =
                    Arrays.stream(pick(gradient, members[g]))
                            .map(one -> Math.max(-clip, Math.min(clip, one)))
                            .toArray();
            base.get(g).update(some, clipped, schedule.applyAsDouble(steps));
            for (int i = 0; i < some.length; i++) {
                weights[members[g][i]] = some[i];
            }
        }
    }

    /** The cosines of a gradient and the derivatives of the last update, group by group. */
    double[] cosines(double[] gradient) {
        List<Double> all = new ArrayList<>();
        for (int g = 0; g < members.length; g++) {
            double[] mine = pick(gradient, members[g]);
            for (int k = 0; k < base.get(g).learned().size(); k++) {
                double[] direction = base.get(g).direction(k);
                double lengths = Math.sqrt(dot(mine, mine)) * Math.sqrt(dot(direction, direction));
                all.add(lengths == 0 ? 0 : dot(mine, direction) / lengths);
            }
        }
        return all.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** The tuned values from the base upwards. */
    double[] learned() {
        List<double[]> all = new ArrayList<>();
        base.forEach(level -> all.add(level.values()));
        above.forEach(level -> all.add(level.values()));
        return join(all);
    }

    private static double dot(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
    }

    private static double[] pick(double[] all, int[] places) {
        return Arrays.stream(places).mapToDouble(i -> all[i]).toArray();
    }

    private static double[] join(List<double[]> parts) {
        return parts.stream().flatMapToDouble(DoubleStream::of).toArray();
    }
}
