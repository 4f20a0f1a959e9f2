package io.github.gradkit.examples.adacomp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CompressorKindTest {

    @Test
    void namesAreAsTyped() {
        assertThat(CompressorKind.values())
                .extracting(CompressorKind::toString)
                .containsExactly("dense", "adacomp", "topk", "strom", "onebit");
    }

    @Test
    void eachHasATitleAndACompressorOfItsOwn() {
        assertThat(Arrays.stream(CompressorKind.values()).map(CompressorKind::title))
                .doesNotHaveDuplicates();
        // Learners with different signatures refuse to talk.
        assertThat(
                        Arrays.stream(CompressorKind.values())
                                .map(kind -> kind.compressor().signature()))
                .doesNotHaveDuplicates();
    }
}
