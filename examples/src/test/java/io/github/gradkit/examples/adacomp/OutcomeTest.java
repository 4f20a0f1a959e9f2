package io.github.gradkit.examples.adacomp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeTest {

    private static Outcome outcome() {
        Tally tally = new Tally();
        tally.add(Reports.step(Reports.layer("w", 10, 40), Reports.layer("v", 30, 60)));
        tally.sent(120);
        tally.add(Reports.step(Reports.layer("w", 10, 40), Reports.layer("v", 30, 60)));
        tally.sent(250);
        tally.layers(List.of(Reports.traffic("w", 2, 20, 80), Reports.traffic("v", 2, 60, 120)));
        return new Outcome(CompressorKind.ADACOMP, List.of(.5, .75), tally, 10, 1);
    }

    @Test
    void accuracyIsThatOfTheLastEpoch() {
        assertThat(outcome().finalAccuracy()).isEqualTo(.75);
    }

    @Test
    void bytesAreThoseOfTheMessagesNotOfTheirLayersOnly() {
        assertThat(outcome().bytes()).isEqualTo(250);
        assertThat(outcome().bytesPerStep()).isEqualTo(125);
        assertThat(outcome().bytesByEpoch()).containsExactly(120, 250);
        assertThat(outcome().rateBytes()).isEqualTo(16_000 / 250.0);
    }

    @Test
    void ratePaperIsThatOfAllBitsNotTheMeanOfTheRates() {
        assertThat(outcome().ratePaper()).isEqualTo(128_000 / (2 * 8 * 40.0));
    }

    @Test
    void stepOnALinkIsComputingPackingUnpackingAndMessages() {
        Link link = new Link(1e6, .5);
        // 125 bytes are 1 ms, from each of two others.
        assertThat(outcome().stepMillis(link, 3)).isEqualTo(10 + 2 + 4 + 500 + 2);
        assertThat(outcome().stepMillis(link, 1)).isEqualTo(10 + 2 + 4);
    }
}
