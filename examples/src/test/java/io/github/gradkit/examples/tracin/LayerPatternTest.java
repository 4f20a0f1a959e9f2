package io.github.gradkit.examples.tracin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.gradkit.examples.cli.CommandException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerPatternTest {

    @Test
    void starStandsForAnyCharacters() {
        assertThat(new LayerPattern("*Linear").test("04Linear")).isTrue();
        assertThat(new LayerPattern("*Linear").test("04LinearX")).isFalse();
        assertThat(new LayerPattern("*").test("anything")).isTrue();
    }

    @Test
    void questionMarkStandsForOneCharacter() {
        assertThat(new LayerPattern("0?Linear").test("04Linear")).isTrue();
        assertThat(new LayerPattern("0?Linear").test("0Linear")).isFalse();
    }

    @Test
    void otherCharactersStandForThemselves() {
        assertThat(new LayerPattern("a.b").test("axb")).isFalse();
        assertThat(new LayerPattern("a.b").test("a.b")).isTrue();
    }

    @Test
    void commaSeparatesPatterns() {
        assertThat(new LayerPattern("02*, 04*").test("04Linear")).isTrue();
        assertThat(new LayerPattern("02*,04*").test("03Linear")).isFalse();
    }

    @Test
    void patternMustFitALayer() {
        List<String> layers = ModelKind.MLP.layers(10);
        assertThat(layers).hasSize(2);
        assertThatCode(() -> LayerPattern.ALL.requireMatch(layers)).doesNotThrowAnyException();
        assertThatThrownBy(() -> new LayerPattern("lstm*").requireMatch(layers))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("lstm*")
                .hasMessageContaining(layers.get(0));
    }
}
