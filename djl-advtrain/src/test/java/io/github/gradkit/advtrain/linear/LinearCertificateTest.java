package io.github.gradkit.advtrain.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearCertificateTest {

    private static final double INF = Double.POSITIVE_INFINITY;
    private static final int CLASSES = 4;
    private static final int FEATURES = 6;

    private final SplittableRandom random = new SplittableRandom(1);
    private final double[][] weights = new double[CLASSES][];
    private final double[] biases = Examples.gaussian(random, CLASSES);

    LinearCertificateTest() {
        Arrays.setAll(weights, j -> Examples.gaussian(random, FEATURES));
    }

    private LinearCertificate.Builder builder(LqNorm norm) {
        return LinearCertificate.builder().setWeights(weights).optBiases(biases).setNorm(norm);
    }

    private double[] input() {
        return random.doubles(FEATURES).toArray();
    }

    private double margin(double[] x, int label) {
        double least = INF;
        for (int j = 0; j < CLASSES; j++) {
            if (j != label) {
                least =
                        Math.min(
                                least,
                                Vectors.dot(weights[label], x)
                                        + biases[label]
                                        - Vectors.dot(weights[j], x)
                                        - biases[j]);
            }
        }
        return least;
    }

    private static double[] sum(double[] a, double[] b) {
        return Vectors.minus(a, Vectors.scaled(b, -1));
    }

    @Test
    void worstLargestNormMarginIsThatOfAllCorners() {
        LinearCertificate free = builder(LqNorm.LINF).build();
        LinearCertificate boxed = builder(LqNorm.LINF).optBox(0, 1).build();
        for (int n = 0; n < 20; n++) {
            double[] x = input();
            double leastFree = INF;
            double leastBoxed = INF;
            for (int corner = 0; corner < 1 << FEATURES; corner++) {
                double[] moved = x.clone();
                for (int i = 0; i < FEATURES; i++) {
                    moved[i] += (corner >> i & 1) == 0 ? .1 : -.1;
                }
                leastFree = Math.min(leastFree, margin(moved, 2));
                double[] clipped =
                        Arrays.stream(moved).map(v -> Math.max(0, Math.min(1, v))).toArray();
                leastBoxed = Math.min(leastBoxed, margin(clipped, 2));
            }
            assertThat(free.worstMargin(x, 2, .1)).isCloseTo(leastFree, within(1e-13));
            assertThat(boxed.worstMargin(x, 2, .1)).isCloseTo(leastBoxed, within(1e-13));
        }
    }

    /** Four normal weight vectors and a uniform input, with the margin computed elsewhere. */
    @Test
    void worstMarginIsTheOneKnownForFourClasses() {
        double[][] known = {
            {
                .345584192064786,
                .8216181435011584,
                .33043707618338714,
                -1.303157231604361,
                .9053558666731177,
                .4463745723640113
            },
            {
                -.5369532353602852,
                .5811181041963531,
                .36457239618607573,
                .294132496655526,
                .02842224131579679,
                .5467129866124469
            },
            {
                -.7364540870016669,
                -.16290994799305278,
                -.48211931267997826,
                .5988462126346276,
                .03972210748165899,
                -.2924567509650886
            },
            {
                -.7819084623568421,
                -.2571922406188707,
                .008142180518343508,
                -.2756029052993704,
                1.2940638143982073,
                1.0067243153057943
            }
        };
        double[] x = {
            .9616571936637868, .7247899407735336, .5412268555474342,
            .2768912040453708, .16065200877512686, .9699254132161326
        };

        LinearCertificate certificate =
                LinearCertificate.builder().setWeights(known).setNorm(LqNorm.LINF).build();

        assertThat(certificate.worstMargin(x, 0, .1)).isCloseTo(.23264696214419223, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 1.3, 2, 4, INF})
    void worstPerturbationIsAllowedAndHasTheWorstMargin(double q) {
        LqNorm norm = LqNorm.of(q);
        for (double epsilon : new double[] {1e-9, .1, .5, 3}) {
            for (LinearCertificate certificate :
                    new LinearCertificate[] {
                        builder(norm).build(), builder(norm).optBox(0, 1).build()
                    }) {
                double[] x = input();
                LinearCertificate.Worst worst = certificate.worst(x, 1, epsilon);
                double[] moved = sum(x, worst.perturbation());
                assertThat(norm.norm(worst.perturbation()))
                        .isLessThanOrEqualTo(epsilon * (1 + 1e-12));
                assertThat(margin(moved, 1)).isCloseTo(worst.margin(), within(1e-12));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 1.3, 2, 4, INF})
    void worstPerturbationInTheBoxIsThatOfAGrid(double q) {
        LqNorm norm = LqNorm.of(q);
        for (double[] x : new double[][] {{.5, .2, .9}, {0, 1, .3}, {.1, .1, .95}}) {
            double[] gradient = Examples.gaussian(random, 3);
            LinearCertificate certificate =
                    LinearCertificate.builder()
                            .setWeights(gradient, new double[3])
                            .setNorm(norm)
                            .optBox(0, 1)
                            .build();
            double worst = certificate.worstMargin(x, 0, .6);
            double least = leastOnGrid(x, gradient, norm, .6);
            assertThat(least).isGreaterThanOrEqualTo(worst - 1e-12);
            assertThat(least).isCloseTo(worst, within(.01 * LqNorm.L1.norm(gradient)));
        }
    }

    private static double leastOnGrid(double[] x, double[] gradient, LqNorm norm, double epsilon) {
        double least = INF;
        for (int i = 0; i <= 100; i++) {
            for (int j = 0; j <= 100; j++) {
                for (int k = 0; k <= 100; k++) {
                    double[] moved = {i / 100.0, j / 100.0, k / 100.0};
                    if (norm.norm(Vectors.minus(moved, x)) <= epsilon + 1e-12) {
                        least = Math.min(least, Vectors.dot(gradient, moved));
                    }
                }
            }
        }
        return least;
    }

    @Test
    void sumNormInTheBoxIsSpentOnTheSteepestFirst() {
        LinearCertificate certificate =
                LinearCertificate.builder()
                        .setWeights(new double[] {3, 2, -1}, new double[] {0, 0, 0})
                        .setNorm(LqNorm.L1)
                        .optBox(new double[] {0, -5, -5}, new double[] {1, 5, 5})
                        .build();
        LinearCertificate.Worst worst = certificate.worst(new double[] {.25, 0, 0}, 0, 1);
        assertThat(worst.perturbation()).containsExactly(-.25, -.75, 0);
        assertThat(worst.margin()).isCloseTo(.75 - .75 - 1.5, within(1e-15));
        assertThat(worst.other()).isEqualTo(1);
    }

    @Test
    void euclideanPerturbationInTheBoxGoesAroundTheWall() {
        LinearCertificate certificate =
                LinearCertificate.builder()
                        .setWeights(new double[] {3, 4}, new double[] {0, 0})
                        .setNorm(LqNorm.L2)
                        .optBox(0, INF)
                        .build();
        LinearCertificate.Worst worst = certificate.worst(new double[] {10, 3}, 0, 5);
        assertThat(worst.perturbation()).containsExactly(new double[] {-4, -3}, within(1e-14));
        assertThat(worst.margin()).isCloseTo(18, within(1e-13));
        assertThat(certificate.worst(new double[] {1, 1}, 0, 100).perturbation())
                .containsExactly(-1, -1);
    }

    @Test
    void aFeatureWithoutEffectDoesNotHideOneWithRoomWithoutEnd() {
        for (double[] weights : new double[][] {{0, 1}, {1, 0}}) {
            LinearCertificate certificate =
                    LinearCertificate.builder()
                            .setWeights(weights, new double[] {-weights[0], -weights[1]})
                            .optBiases(0, 11)
                            .setNorm(LqNorm.L2)
                            .optBox(new double[] {0, 0}, new double[] {INF, INF})
                            .build();
            LinearCertificate.Worst worst = certificate.worst(new double[] {5, 5}, 1, 1);
            assertThat(worst.perturbation()).containsExactly(weights);
            assertThat(worst.margin()).isCloseTo(-1, within(1e-15));
        }
    }

    @Test
    void radiusIsWhereTheMarginEnds() {
        for (LqNorm norm : Examples.NORMS) {
            LinearCertificate certificate = builder(norm).build();
            for (int n = 0; n < 20; n++) {
                double[] x = input();
                int label = n % CLASSES;
                double radius = certificate.radius(x, label);
                if (margin(x, label) <= 0) {
                    assertThat(radius).isZero();
                } else {
                    assertThat(certificate.worstMargin(x, label, radius))
                            .isCloseTo(0, within(1e-12));
                }
            }
        }
    }

    @Test
    void robustAccuracyCountsCertifiedInputs() {
        LinearCertificate certificate =
                LinearCertificate.builder()
                        .setWeights(new double[] {1}, new double[] {0})
                        .setNorm(LqNorm.L2)
                        .build();
        double[][] inputs = {{3}, {1}, {-2}, {0}};
        int[] labels = {0, 0, 1, 0};
        assertThat(certificate.robustAccuracy(inputs, labels, 0)).isEqualTo(.75);
        assertThat(certificate.robustAccuracy(inputs, labels, 1)).isEqualTo(.5);
        assertThat(certificate.robustAccuracy(inputs, labels, 3)).isZero();
    }

    @Test
    void classesWithEqualWeightsAreNeverConfusedByAPerturbation() {
        LinearCertificate certificate =
                LinearCertificate.builder()
                        .setWeights(new double[] {1, 1}, new double[] {1, 1})
                        .optBiases(.5, 0)
                        .setNorm(LqNorm.of(1.5))
                        .optBox(-1, 1)
                        .build();
        assertThat(certificate.worstMargin(new double[] {0, 0}, 0, 5)).isEqualTo(.5);
        assertThat(certificate.radius(new double[] {0, 0}, 0)).isInfinite();
        assertThat(certificate.radius(new double[] {0, 0}, 1)).isZero();
    }

    @Test
    void inputsThatMakeNoSenseAreRefused() {
        LinearCertificate certificate = builder(LqNorm.L2).optBox(0, 1).build();
        double[] x = input();
        assertThatThrownBy(() -> certificate.worst(x, CLASSES, .1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("classes 0 to 3, but is 4");
        assertThatThrownBy(() -> certificate.worst(x, 0, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("but is -1.0");
        assertThatThrownBy(() -> certificate.worst(new double[] {1}, 0, .1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("6 features, but has 1");
        x[3] = 1.5;
        assertThatThrownBy(() -> certificate.worst(x, 0, .1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("feature 3 is 1.5, not in 0.0 to 1.0");
        x[3] = Double.NaN;
        assertThatThrownBy(() -> certificate.radius(x, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("value 3 is NaN");
        assertThatThrownBy(() -> certificate.robustAccuracy(new double[0][], new int[0], .1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 inputs");
    }

    @Test
    void incompleteClassifiersAreRefused() {
        LinearCertificate.Builder builder = LinearCertificate.builder();
        assertThatThrownBy(builder::build).hasMessageContaining("Call setWeights");
        assertThatThrownBy(() -> builder.setWeights(new double[] {1}))
                .hasMessageContaining("add a row of zeros");
        builder.setWeights(weights);
        assertThatThrownBy(builder::build).hasMessageContaining("Call setNorm");
        builder.setNorm(LqNorm.L1).optBiases(1, 2);
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("The biases")
                .hasMessageContaining("4 ");
        assertThatThrownBy(() -> builder.optBox(1, 0)).hasMessageContaining("must not be empty");
        builder.optBiases(1, 2, 3, 4).optBox(new double[] {0, 0}, new double[] {1, 1});
        assertThatThrownBy(builder::build).hasMessageContaining("The box");
    }
}
