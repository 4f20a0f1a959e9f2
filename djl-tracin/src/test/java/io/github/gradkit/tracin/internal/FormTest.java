package io.github.gradkit.tracin.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FormTest {

    @Test
    void fullyConnectedLayerIsComparedWithoutFormingGradients() {
        assertThat(Form.cheapestForPairs(new Geometry(1, 1, 784, 128), 10_000, 1_000))
                .isEqualTo(Form.GHOST);
    }

    @Test
    void convolutionWithManyPositionsFormsGradients() {
        assertThat(Form.cheapestForPairs(new Geometry(1, 784, 9, 16), 10_000, 1_000))
                .isEqualTo(Form.MATERIALISED);
    }

    @Test
    void singleTestExampleWithManyPositionsIsOneSided() {
        assertThat(Form.cheapestForPairs(new Geometry(1, 50, 64, 64), 10_000, 1))
                .isEqualTo(Form.ONE_SIDED);
    }

    @Test
    void shortSequenceThroughAWideLayerIsGhost() {
        assertThat(Form.cheapestForPairs(new Geometry(1, 4, 1024, 1024), 1_000, 1_000))
                .isEqualTo(Form.GHOST);
    }

    @Test
    void costsFollowTheFormulas() {
        Geometry g = new Geometry(2, 3, 5, 7);
        assertThat(Form.GHOST.pairCost(g, 11, 13)).isEqualTo(11. * 13 * 9 * 2 * 12);
        assertThat(Form.ONE_SIDED.pairCost(g, 11, 13)).isEqualTo(13. * 3 * 70 + 11. * 13 * 3 * 70);
        assertThat(Form.MATERIALISED.pairCost(g, 11, 13)).isEqualTo(24. * 3 * 70 + 11. * 13 * 70);
    }

    @Test
    void squaredNormsFormGradientsOnlyWherePositionsAreMany() {
        assertThat(Form.cheapestForSelf(new Geometry(1, 1, 784, 128))).isEqualTo(Form.GHOST);
        assertThat(Form.cheapestForSelf(new Geometry(1, 196, 144, 32)))
                .isEqualTo(Form.MATERIALISED);
        assertThat(Form.cheapestForSelf(new Geometry(1, 8, 512, 512))).isEqualTo(Form.GHOST);
    }
}
