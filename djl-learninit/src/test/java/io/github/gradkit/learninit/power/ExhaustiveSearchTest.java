package io.github.gradkit.learninit.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.gradkit.learninit.descent.Solution;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExhaustiveSearchTest {

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void bestPowersOfTwoUsersAreACorner() {
        PowerAllocation problem = PowerAllocation.builder().setUsers(2).build();
        List<Channel> channels = ChannelGenerator.of(2, 1).next(200);
        double[] found = searched(problem, channels);
        for (int i = 0; i < 200; i++) {
            Channel h = channels.get(i);
            double corner = 0;
            for (double[] powers : new double[][] {{1, 1}, {1, 0}, {0, 1}}) {
                corner = Math.max(corner, TextbookWmmse.sumRate(h, powers, 1));
            }
            double grid = 0;
            for (int a = 0; a <= 100; a++) {
                for (int b = 0; b <= 100; b++) {
                    double[] powers = {a / 100.0, b / 100.0};
                    grid = Math.max(grid, TextbookWmmse.sumRate(h, powers, 1));
                }
            }
            assertThat(grid).isLessThanOrEqualTo(corner + 1e-12);
            // The gains are rounded to float32 on their way.
            assertThat(found[i]).isCloseTo(corner, within(1e-6));
        }
    }

    @Test
    void noSolverBeatsItWithThreeUsers() {
        for (double noise : new double[] {1, 0.01}) {
            PowerAllocation problem =
                    PowerAllocation.builder()
                            .setUsers(3)
                            .optNoise(noise)
                            .optWeights(1, 2, 1.5)
                            .build();
            List<Channel> channels = ChannelGenerator.of(3, 2).next(30);
            double[] found = searched(problem, channels);
            NDList known = problem.known(manager, channels);
            Wmmse wmmse = Wmmse.builder().optSteps(300).build();
            for (int start = 0; start < 20; start++) {
                NDArray powers = Solved.random(manager, 30, 3, start);
                double[] rates = Solved.rates(wmmse.solve(problem, known, powers));
                for (int i = 0; i < 30; i++) {
                    assertThat(rates[i]).isLessThanOrEqualTo(found[i] + 1e-6);
                }
            }
        }
    }

    @Test
    void countsEveryValueAndTriesTheStart() {
        PowerAllocation problem = PowerAllocation.builder().setUsers(2).build();
        NDList known = problem.known(manager, ChannelGenerator.of(2, 3).next(4));
        NDArray start = Solved.random(manager, 4, 2, 5);
        Solution solution = ExhaustiveSearch.create(11).solve(problem, known, start);
        assertThat(solution.cost().values()).isEqualTo(4 * (1 + 121 + 14 * 25));
        assertThat(solution.cost().gradients()).isZero();
        assertThat(solution.steps()).containsOnly(0).hasSize(4);
        float[] values = problem.value(known, solution.argument()).toFloatArray();
        for (int i = 0; i < 4; i++) {
            assertThat(solution.values().get(i)).isCloseTo(values[i], within(1e-5));
        }
    }

    @Test
    void refusesFourUsersAndGridsWithoutEnds() {
        PowerAllocation problem = PowerAllocation.builder().setUsers(4).build();
        NDList known = problem.known(manager, ChannelGenerator.of(4, 1).next(1));
        NDArray start = Solved.random(manager, 1, 4, 1);
        assertThatThrownBy(() -> ExhaustiveSearch.create().solve(problem, known, start))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there are 4");
        assertThatThrownBy(() -> ExhaustiveSearch.create(1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private double[] searched(PowerAllocation problem, List<Channel> channels) {
        return Solved.rates(
                Solved.fromMaximum(ExhaustiveSearch.create(), problem, manager, channels));
    }
}
