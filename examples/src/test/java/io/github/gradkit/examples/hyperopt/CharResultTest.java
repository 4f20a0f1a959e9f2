package io.github.gradkit.examples.hyperopt;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.github.gradkit.hyperopt.Semantics;
import io.github.gradkit.support.trace.MemoryTrace;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class CharResultTest {

    private static final CharText TEXT = CharText.of("a.txt", "abcd".repeat(500));

    private static CharResult result(CharResult.Line line) {
        return new CharResult(
                TEXT,
                new TowerStyle(Semantics.REFERENCE, false),
                2,
                1,
                Collections.nCopies(4, line),
                MemoryTrace.of());
    }

    private static CharResult.Line line(Double... perplexities) {
        return new CharResult.Line("SGD", List.of(perplexities), List.of());
    }

    @Test
    void brokenOffTrainingIsMarkedInEveryForm() {
        CharResult result = result(line(Double.NaN));
        StringWriter out = new StringWriter();
        result.print(new PrintWriter(out));
        assertThat(out.toString()).containsPattern("SGD +div +div");
        assertThat(result.report().toHtml()).contains("div");
        JsonObject json = new JsonObject();
        result.addTo(json);
        JsonObject run = json.getAsJsonArray("runs").get(0).getAsJsonObject();
        assertThat(run.get("diverged").getAsBoolean()).isTrue();
        assertThat(run.getAsJsonArray("perplexity")).allMatch(value -> value.isJsonNull());
    }

    @Test
    void infinitePerplexityIsDivergenceToo() {
        CharResult.Line line = line(3.0, Double.POSITIVE_INFINITY);
        assertThat(line.textAfter(1)).isEqualTo("3.00");
        assertThat(line.textAfter(2)).isEqualTo("div");
    }

    @Test
    void textIsSplitIntoSequencesFollowedByTheirNextCharacters() {
        CharText text = CharText.of("a.txt", "banana");
        assertThat(text.alphabet()).isEqualTo("abn");
        assertThat(text.sequences(2)).isEqualTo(2);
        assertThat(text.sequences(2, 0)).containsExactly(1, 0, 2, 0);
        assertThat(text.sequences(2, 1)).containsExactly(0, 2, 0, 2);
    }

    @Test
    void lastTenthIsForTesting() {
        assertThat(TEXT.train().numbers()).hasSize(1800);
        assertThat(TEXT.test().numbers()).hasSize(200);
        assertThat(TEXT.test().alphabet()).isEqualTo("abcd");
    }
}
