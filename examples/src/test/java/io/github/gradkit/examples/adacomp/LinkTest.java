package io.github.gradkit.examples.adacomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "100mbit,1ms|1e8|1e-3",
                "10gbit,50us|1e10|5e-5",
                "56kbit,2s|56e3|2",
                "2.5GBit,0.5MS|2.5e9|5e-4",
                "1gbit,0ms|1e9|0"
            })
    void rateAndLatencyAreRead(String text, double rate, double latency) {
        Link link = Link.parse(text);
        assertThat(link.bitsPerSecond()).isCloseTo(rate, within(1e-9 * rate));
        assertThat(link.latencySeconds()).isCloseTo(latency, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "fast",
                "100mbit",
                "1ms",
                "100,1",
                "100mbit, 1ms extra",
                "0mbit,1ms",
                "0.0gbit,1ms",
                "-1mbit,1ms",
                "1mbit,-1ms",
                "NaNmbit,1ms",
                "1e3mbit,1ms",
                "1ms,100mbit",
                "1.mbit,1ms"
            })
    void anythingElseIsRefusedWithAnExample(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Link.parse(text))
                .withMessageContaining("'" + text + "'")
                .withMessageContaining("100mbit,1ms");
    }

    @Test
    void everyOtherMessageTakesItsTimeAfterOneLatency() {
        Link link = new Link(8e6, .25);
        assertThat(link.allGatherSeconds(2, 1e6)).isEqualTo(.25 + 1);
        assertThat(link.allGatherSeconds(4, 1e6)).isEqualTo(.25 + 3);
    }

    @Test
    void oneLearnerWaitsForNobody() {
        assertThat(new Link(1, 100).allGatherSeconds(1, 1e9)).isZero();
    }

    @Test
    void isWrittenWithUnits() {
        assertThat(Link.parse("10gbit,50us")).hasToString("10000 Mbit/s, 0.05 ms");
        assertThat(Link.parse("100mbit,1ms")).hasToString("100 Mbit/s, 1 ms");
        assertThat(Link.parse("56kbit,2s")).hasToString("0.056 Mbit/s, 2000 ms");
    }
}
