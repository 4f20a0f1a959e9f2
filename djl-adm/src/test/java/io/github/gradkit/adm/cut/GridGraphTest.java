package io.github.gradkit.adm.cut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class GridGraphTest {

    @Test
    void addsUpTheCostsOfALabelling() {
        GridGraph graph = new GridGraph(2, 2, Neighbourhood.EIGHT);
        graph.addCosts(0, 3, 5);
        graph.addCosts(3, -2, 4);
        graph.addArc(0, 2, 10, 20);
        graph.addArc(1, 3, 100, 200);
        assertThat(graph.cost(new boolean[] {true, true, true, true})).isEqualTo(1);
        assertThat(graph.cost(new boolean[] {false, false, false, false})).isEqualTo(9);
        assertThat(graph.cost(new boolean[] {true, false, true, false}))
                .isEqualTo(3 + 4 + 10 + 200);
        assertThat(graph.cost(new boolean[] {false, true, false, true}))
                .isEqualTo(5 - 2 + 20 + 100);
    }

    @Test
    void isEmptyAfterClear() {
        GridGraph graph = RandomGraphs.mixed(5, 4, Neighbourhood.EIGHT, new Random(1));
        graph.clear();
        boolean[] side = new boolean[20];
        side[7] = true;
        assertThat(graph.cost(side)).isZero();
    }

    @Test
    void namesEachPairOfNeighboursOnce() {
        for (Neighbourhood neighbourhood : Neighbourhood.values()) {
            int pairs = 0;
            for (int pixel = 0; pixel < 12; pixel++) {
                for (int k = 0; k < neighbourhood.directions(); k++) {
                    pairs += neighbourhood.leadsInside(k, pixel % 4, pixel / 4, 4, 3) ? 1 : 0;
                }
            }
            assertThat(pairs).isEqualTo(neighbourhood == Neighbourhood.FOUR ? 17 : 29);
        }
        assertThat(Neighbourhood.EIGHT.distance(1)).isEqualTo(1);
        assertThat(Neighbourhood.EIGHT.distance(3)).isEqualTo(Math.sqrt(2));
    }

    @Test
    void refusesNegativeCapacities() {
        GridGraph graph = new GridGraph(2, 2, Neighbourhood.FOUR);
        assertThatThrownBy(() -> graph.addArc(0, 0, -1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
        assertThatThrownBy(() -> graph.addArc(0, 0, 0, -7))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-7");
    }

    @Test
    void refusesWhatDoesNotFit32Bits() {
        GridGraph graph = new GridGraph(2, 2, Neighbourhood.FOUR);
        graph.addArc(0, 0, Integer.MAX_VALUE - 5, 5);
        assertThatThrownBy(() -> graph.addArc(0, 0, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("smaller scale");
        graph.addCosts(1, 0, Integer.MAX_VALUE);
        assertThatThrownBy(() -> graph.addCosts(1, -1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("smaller scale");
        assertThatThrownBy(() -> graph.addCosts(2, Integer.MIN_VALUE, Integer.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesPlacesOutsideTheGrid() {
        GridGraph graph = new GridGraph(3, 2, Neighbourhood.EIGHT);
        assertThatThrownBy(() -> graph.addCosts(6, 0, 0)).hasMessageContaining("no pixel 6");
        assertThatThrownBy(() -> graph.addCosts(-1, 0, 0)).hasMessageContaining("no pixel -1");
        assertThatThrownBy(() -> graph.addArc(2, 0, 1, 1)).hasMessageContaining("no neighbour");
        assertThatThrownBy(() -> graph.addArc(0, 3, 1, 1)).hasMessageContaining("no neighbour");
        assertThatThrownBy(() -> graph.addArc(3, 1, 1, 1)).hasMessageContaining("no neighbour");
        assertThatThrownBy(() -> graph.addArc(0, 4, 1, 1)).hasMessageContaining("no direction 4");
        assertThatThrownBy(() -> graph.cost(new boolean[5])).hasMessageContaining("5 entries");
    }

    @Test
    void refusesSizesThatNoArrayHolds() {
        assertThatThrownBy(() -> new GridGraph(0, 5, Neighbourhood.FOUR))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 x 5");
        assertThatThrownBy(() -> new GridGraph(1 << 16, 1 << 16, Neighbourhood.FOUR))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new GridGraph(Integer.MAX_VALUE, 3, Neighbourhood.FOUR))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
