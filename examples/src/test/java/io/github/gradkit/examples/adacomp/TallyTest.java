package io.github.gradkit.examples.adacomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.gradkit.adacomp.train.LayerTraffic;
import java.util.List;
import org.junit.jupiter.api.Test;

class TallyTest {

    /** Adds steps with messages of 10, 20, 30, ... bytes. */
    private static Tally steps(int steps) {
        Tally tally = new Tally();
        long total = 0;
        for (int i = 1; i <= steps; i++) {
            tally.add(Reports.step(Reports.layer("w", i, i), Reports.layer("v", 1, 5)));
            total += 10L * i;
            tally.sent(total);
        }
        return tally;
    }

    @Test
    void layersAreThoseOfTheLastEpoch() {
        Tally tally = new Tally();
        tally.layers(List.of(Reports.traffic("w", 1, 1, 1)));
        List<LayerTraffic> last =
                List.of(Reports.traffic("w", 2, 3, 4), Reports.traffic("v", 2, 5, 6));
        tally.layers(last);
        assertThat(tally.layers()).isEqualTo(last);
    }

    @Test
    void bytesAreThoseOfWholeMessagesUpToEachEpoch() {
        assertThat(steps(4).bytesByEpoch(2)).containsExactly(30, 100);
        assertThat(steps(4).bytesByEpoch(1)).containsExactly(100);
    }

    @Test
    void rateIsThatOfTheStepsAround() {
        // 2 layers of 1000 floats are 8000 bytes.
        assertThat(steps(4).rates(2)).containsExactly(16_000 / 30.0, 16_000 / 70.0);
        assertThat(steps(3).rates(3)).containsExactly(800, 400, 8_000 / 30.0);
    }

    @Test
    void timesAreMeans() {
        Tally tally = steps(3);
        assertThat(tally.steps()).isEqualTo(3);
        assertThat(tally.packMillis()).isEqualTo(2);
        assertThat(tally.unpackMillis()).isEqualTo(4);
    }

    @Test
    void withoutStepsThereIsNothing() {
        Tally tally = new Tally();
        assertThat(tally.steps()).isZero();
        assertThat(tally.packMillis()).isZero();
        assertThat(tally.unpackMillis()).isZero();
        assertThat(tally.layers()).isEmpty();
        assertThat(tally.bytesByEpoch(2)).containsExactly(0, 0);
        assertThat(tally.rates(0)).isEmpty();
    }
}
