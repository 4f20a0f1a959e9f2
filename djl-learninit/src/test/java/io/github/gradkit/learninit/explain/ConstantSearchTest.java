package io.github.gradkit.learninit.explain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConstantSearchTest {

    @Test
    void growsTenfoldUpToABoundAndHalvesAfterASuccess() {
        ConstantSearch search = new ConstantSearch(5e8);
        search.advance(false);
        assertThat(search.now()).isEqualTo(5e9);
        search.advance(false);
        assertThat(search.now()).isEqualTo(1e10);
        search.advance(true);
        assertThat(search.now()).isEqualTo(7.5e9);
    }

    @Test
    void aFirstWeightAboveTheBoundIsNeverLowered() {
        ConstantSearch search = new ConstantSearch(1e12);
        search.advance(false);
        assertThat(search.now()).isEqualTo(1e12);
        search.advance(true);
        assertThat(search.now()).isEqualTo(1e12);
    }
}
