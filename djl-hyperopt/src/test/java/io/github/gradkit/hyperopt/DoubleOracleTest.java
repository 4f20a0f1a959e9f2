package io.github.gradkit.hyperopt;

import static io.github.gradkit.hyperopt.Hyperparameter.ALPHA;
import static io.github.gradkit.hyperopt.Parametrization.SIGMOID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The traces of {@link OracleTest} to all their digits, by the closed forms and by the twin. */
class DoubleOracleTest {

    private static final double[] START = {1};
    private static final double[] TWO = {2};

    /** How a trace is computed. */
    private enum Path {
        TWIN,
        HOST;

        Rows run(Semantics semantics, UpdateRule... rules) {
            Quadratic loss = new Quadratic(START, TWO);
            List<UpdateRule> all = List.of(rules);
            return new Rows(
                    this == TWIN
                            ? loss.run(6, new DualTower(semantics, all, new int[1], false))
                            : loss.run(6, new HostTower(semantics, all, 1)));
        }
    }

    /** What a step starts with, and the hypergradients it computes. */
    private record Rows(TowerTrace trace) {

        Rows weight(int step, double expected) {
            check(trace.weights(step - 1)[0], expected);
            return this;
        }

        Rows learned(int step, double... expected) {
            for (int k = 0; k < expected.length; k++) {
                check(trace.learned(step - 1)[k], expected[k]);
            }
            return this;
        }

        Rows hypergradients(int step, double... expected) {
            for (int k = 0; k < expected.length; k++) {
                check(trace.hypergradients(step)[k], expected[k]);
            }
            return this;
        }

        private static void check(double actual, double expected) {
            assertThat(actual).isCloseTo(expected, within(1e-6 * Math.abs(expected) + 1e-15));
        }
    }

    @ParameterizedTest
    @EnumSource
    void sgdTunedBySgd(Path path) {
        path.run(Semantics.REFERENCE, UpdateRule.sgd(.1), UpdateRule.sgd(.01))
                .hypergradients(1, 0)
                .weight(2, .8)
                .learned(2, .1)
                .hypergradients(2, -3.2)
                .weight(3, .5888)
                .learned(3, .132)
                .hypergradients(3, -1.88416)
                .weight(4, .41116893184)
                .learned(4, .1508416)
                .hypergradients(4, -.96838506827)
                .weight(5, .279162775659)
                .learned(5, .160525450683)
                .hypergradients(5, -.459132241109);
    }

    @ParameterizedTest
    @EnumSource
    void threeLevelsOfSgd(Path path) {
        path.run(Semantics.REFERENCE, UpdateRule.sgd(.1), UpdateRule.sgd(.01), UpdateRule.sgd(.001))
                .hypergradients(2, -3.2, 0)
                .hypergradients(3, -1.88416, -6.029312)
                .weight(4, .397791173865)
                .learned(4, .162201788498, .016029312)
                .hypergradients(4, -.936877772686, -1.76522762418)
                .weight(5, .255482895291)
                .learned(5, .178873097147, .0177945396242)
                .weight(6, .160309551586)
                .learned(6, .18626167438, .0181753948323);
    }

    /** Its topmost hypergradient belongs to the step of the kappa above. */
    @ParameterizedTest
    @EnumSource
    void fourLevelsOfSgd(Path path) {
        path.run(
                        Semantics.REFERENCE,
                        UpdateRule.sgd(.1),
                        UpdateRule.sgd(.01),
                        UpdateRule.sgd(.001),
                        UpdateRule.sgd(0))
                .learned(4, .162201788498, .016029312, .001)
                .hypergradients(4, -.936877772686, -1.76522762418, -10.6431080972);
    }

    @ParameterizedTest
    @EnumSource
    void adamTunedBySgd(Path path) {
        Rows rows = path.run(Semantics.REFERENCE, UpdateRule.adam(.1), UpdateRule.sgd(.01));
        rows.weight(2, .900000125375)
                .hypergradients(2, -1.799997994, 0)
                .weight(3, .782486654513)
                .learned(3, .11799997994)
                .hypergradients(3, -1.55852098825, -.166482811401, .101467916787)
                .weight(4, .65032590911)
                .learned(
                        4,
                        .133585189822,
                        SIGMOID.toValue(1.10027711678),
                        SIGMOID.toValue(3.45236270566))
                .hypergradients(4, -1.28678271921, -.200188905334, .128156383658)
                .weight(5, .507458836363)
                .learned(
                        5,
                        .146453017035,
                        SIGMOID.toValue(1.10227900584),
                        SIGMOID.toValue(3.45108114182));
        assertThat(rows.trace().hypergradients(2)[2]).isCloseTo(4.49548e-7, within(1e-12));
    }

    @ParameterizedTest
    @EnumSource
    void adamOfDjlTunedBySgd(Path path) {
        path.run(Semantics.DJL, UpdateRule.adam(.1), UpdateRule.sgd(.01))
                .weight(2, .900000015811)
                .hypergradients(2, -1.79999974702)
                .weight(3, .782486460671)
                .learned(3, .11799999747)
                .hypergradients(3, -1.558521, -.166482900752, .101467872498)
                .weight(4, .650325640161)
                .learned(4, .133585212354, .9002992704, .9989979706)
                .weight(5, .507458501221)
                .learned(5, .146453039367, .900658076, .9989954016);
    }

    @ParameterizedTest
    @EnumSource
    void alphaOfAdamOfDjlAlone(Path path) {
        path.run(Semantics.DJL, UpdateRule.adam(.1).learn(ALPHA), UpdateRule.sgd(.01))
                .weight(4, .650681189741)
                .learned(4, .133585212352)
                .weight(5, .508660119782)
                .learned(5, .146425437554);
    }

    @ParameterizedTest
    @EnumSource
    void momentumTunedBySgd(Path path) {
        path.run(Semantics.REFERENCE, UpdateRule.momentum(.1, .9), UpdateRule.sgd(.01))
                .weight(3, .3512)
                .learned(3, .132, .9)
                .hypergradients(3, -2.38816, -.1854336)
                .weight(4, -.236271725173)
                .learned(4, .1558816, .901854336)
                .hypergradients(4, 1.78087674231, .250446818972)
                .weight(5, -.639008177488)
                .learned(5, .138072832577, .89934986781);
    }

    @ParameterizedTest
    @EnumSource
    void rmsPropTunedBySgd(Path path) {
        path.run(Semantics.REFERENCE, UpdateRule.rmsProp(.01), UpdateRule.sgd(.01))
                .weight(2, .9000000125)
                .hypergradients(2, -3.5999996, -.17819993565)
                .weight(3, .775827858443)
                .learned(3, .135999996 * .135999996, SIGMOID.toValue(2.29934192442))
                .hypergradients(3, -2.83341821157, -.0846127223623)
                .weight(4, .639963001347)
                .learned(4, .164334178116 * .164334178116);
    }

    @ParameterizedTest
    @EnumSource
    void adaGradTunedBySgd(Path path) {
        path.run(Semantics.REFERENCE, UpdateRule.adaGrad(.1), UpdateRule.sgd(.01))
                .weight(2, .901227040336)
                .hypergradients(2, -1.78033724206)
                .weight(3, .822899855861)
                .learned(3, .117803372421)
                .hypergradients(3, -1.09428834659)
                .weight(4, .756085986224)
                .learned(4, .128746255887);
    }

    @ParameterizedTest
    @EnumSource
    void parentAdamCountsTheFirstStep(Path path) {
        path.run(Semantics.REFERENCE, UpdateRule.sgd(.1), UpdateRule.adam(.01))
                .weight(3, .628093816677)
                .learned(3, .107441364577)
                .weight(4, .482739475002)
                .learned(4, .115710693065)
                .weight(5, .363080766622)
                .learned(5, .123937148893);
    }
}
