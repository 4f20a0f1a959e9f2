package io.github.gradkit.hyperopt;

import static io.github.gradkit.hyperopt.Hyperparameter.ALPHA;
import static io.github.gradkit.hyperopt.Hyperparameter.BETA1;
import static io.github.gradkit.hyperopt.Hyperparameter.BETA2;
import static io.github.gradkit.hyperopt.Hyperparameter.MOMENTUM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Published and hand-computed traces on the quadratic {@code w^2}, w from 1. */
class OracleTest {

    /** What a step starts with. */
    private record Row(double weight, List<double[]> hypergradients, List<LearnedValue> learned) {
        double value(int level, Hyperparameter h) {
            return learned.stream()
                    .filter(one -> one.level() == level && one.hyperparameter() == h)
                    .findFirst()
                    .orElseThrow()
                    .value();
        }
    }

    /** Rows by step; entry t is what step t starts with, and the hypergradients it computes. */
    private static List<Row> run(
            int steps, Semantics semantics, UpdateRule base, UpdateRule... above) {
        List<Row> rows = new ArrayList<>();
        rows.add(new Row(1, List.of(), List.of()));
        HyperTower.Builder builder = HyperTower.builder().setBase(base).optSemantics(semantics);
        for (UpdateRule rule : above) {
            builder.tunedBy(rule);
        }
        try (NDManager manager = NDManager.newBaseManager();
                HyperTower tower = builder.build()) {
            List<List<double[]>> seen = new ArrayList<>();
            tower.observe((step, hypergradients, cosines) -> seen.add(hypergradients), false);
            NDArray weight = manager.ones(new Shape(1));
            weight.setRequiresGradient(true);
            for (int t = 1; t <= steps; t++) {
                double w = weight.getFloat(0);
                List<LearnedValue> before = tower.learned();
                int reports = seen.size();
                try (NDArray gradient = manager.create(new float[] {(float) (2 * w)})) {
                    tower.update("w", weight, gradient);
                }
                rows.add(
                        new Row(
                                w,
                                seen.size() > reports ? seen.get(seen.size() - 1) : List.of(),
                                before));
            }
        }
        return rows;
    }

    private static org.assertj.core.data.Offset<Double> close(double expected) {
        return within(1e-4 * Math.max(1e-3, Math.abs(expected)));
    }

    private static void check(double actual, double expected) {
        assertThat(actual).isCloseTo(expected, close(expected));
    }

    @Test
    void sgdTunedBySgd() {
        List<Row> rows = run(5, Semantics.REFERENCE, UpdateRule.sgd(.1), UpdateRule.sgd(.01));
        check(rows.get(4).weight(), .41116893184);
        check(rows.get(5).weight(), .279162775659);
        check(rows.get(5).value(0, ALPHA), .160525450683);
        check(rows.get(3).hypergradients().get(0)[0], -1.88416);
        check(rows.get(5).hypergradients().get(0)[0], -.459132241109);
    }

    @Test
    void threeLevelsOfSgd() {
        List<Row> rows =
                run(
                        6,
                        Semantics.REFERENCE,
                        UpdateRule.sgd(.1),
                        UpdateRule.sgd(.01),
                        UpdateRule.sgd(.001));
        check(rows.get(6).weight(), .160309551586);
        check(rows.get(6).value(0, ALPHA), .18626167438);
        check(rows.get(6).value(1, ALPHA), .0181753948323);
    }

    @Test
    void adamTunedBySgd() {
        List<Row> rows = run(5, Semantics.REFERENCE, UpdateRule.adam(.1), UpdateRule.sgd(.01));
        check(rows.get(5).weight(), .507458836363);
        check(rows.get(5).value(0, ALPHA), .146453017035);
        check(rows.get(3).hypergradients().get(0)[0], -1.55852098825);
        check(rows.get(3).hypergradients().get(0)[1], -.166482811401);
        check(rows.get(3).hypergradients().get(0)[2], .101467916787);
        check(rows.get(4).hypergradients().get(0)[2], .128156383658);
        check(Parametrization.SIGMOID.toRaw(rows.get(5).value(0, BETA1)), 1.10227900584);
        check(Parametrization.SIGMOID.toRaw(rows.get(5).value(0, BETA2)), 3.45108114182);
    }

    @Test
    void adamOfDjlTunedBySgd() {
        List<Row> rows = run(5, Semantics.DJL, UpdateRule.adam(.1), UpdateRule.sgd(.01));
        check(rows.get(5).weight(), .507458501221);
        check(rows.get(5).value(0, ALPHA), .146453039367);
        check(rows.get(5).value(0, BETA1), .900658076);
        check(rows.get(5).value(0, BETA2), .9989954016);
        check(rows.get(3).hypergradients().get(0)[2], .101467872498);
    }

    @Test
    void alphaOfAdamOfDjlAlone() {
        List<Row> rows =
                run(5, Semantics.DJL, UpdateRule.adam(.1).learn(ALPHA), UpdateRule.sgd(.01));
        check(rows.get(4).weight(), .650681189741);
        check(rows.get(5).weight(), .508660119782);
        check(rows.get(5).value(0, ALPHA), .146425437554);
    }

    @Test
    void momentumTunedBySgd() {
        List<Row> rows =
                run(5, Semantics.REFERENCE, UpdateRule.momentum(.1, .9), UpdateRule.sgd(.01));
        check(rows.get(4).weight(), -.236271725173);
        check(rows.get(5).weight(), -.639008177488);
        check(rows.get(5).value(0, ALPHA), .138072832577);
        check(rows.get(5).value(0, MOMENTUM), .89934986781);
        check(rows.get(3).hypergradients().get(0)[1], -.1854336);
        check(rows.get(4).hypergradients().get(0)[0], 1.78087674231);
    }

    @Test
    void rmsPropTunedBySgd() {
        List<Row> rows = run(4, Semantics.REFERENCE, UpdateRule.rmsProp(.01), UpdateRule.sgd(.01));
        check(rows.get(4).weight(), .639963001347);
        check(Math.sqrt(rows.get(4).value(0, ALPHA)), .164334178116);
        check(rows.get(2).hypergradients().get(0)[0], -3.5999996);
        check(rows.get(2).hypergradients().get(0)[1], -.17819993565);
        check(rows.get(3).hypergradients().get(0)[1], -.0846127223623);
    }

    @Test
    void adaGradTunedBySgd() {
        List<Row> rows = run(4, Semantics.REFERENCE, UpdateRule.adaGrad(.1), UpdateRule.sgd(.01));
        check(rows.get(4).weight(), .756085986224);
        check(rows.get(4).value(0, ALPHA), .128746255887);
        check(rows.get(3).hypergradients().get(0)[0], -1.09428834659);
    }

    @Test
    void parentAdamCountsTheFirstStep() {
        List<Row> rows = run(5, Semantics.REFERENCE, UpdateRule.sgd(.1), UpdateRule.adam(.01));
        check(rows.get(3).weight(), .628093816677);
        check(rows.get(5).weight(), .363080766622);
        check(rows.get(5).value(0, ALPHA), .123937148893);
    }
}
