package io.github.gradkit.adacomp.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.gradkit.adacomp.compress.LayerKind;
import io.github.gradkit.adacomp.compress.LayerSpec;
import org.junit.jupiter.api.Test;

class LayerTrafficTest {

    private static LayerTraffic start(int size) {
        return LayerTraffic.of(new LayerSpec("w", LayerKind.OTHER, size));
    }

    /** A layer in bins of 50 values, of which each sent takes 8 bits. */
    private static StepReport.Layer layer(int sent, long bytes, double residue, double gradient) {
        return new StepReport.Layer("w", 1000, sent, 8L * sent, bytes, 50, residue, gradient);
    }

    @Test
    void stepsAddUp() {
        LayerTraffic traffic = start(1000).plus(layer(10, 25, 9, 2)).plus(layer(30, 75, 6, 2));
        assertThat(traffic.path()).isEqualTo("w");
        assertThat(traffic.steps()).isEqualTo(2);
        assertThat(traffic.ratePaper()).isEqualTo(64_000 / (8.0 * 40));
        assertThat(traffic.rateBytes()).isEqualTo(64_000 / 800.0);
        assertThat(traffic.sentPerBin()).isEqualTo(1);
    }

    @Test
    void residueIsThatOfTheLastStepInMeanGradients() {
        LayerTraffic traffic = start(1000).plus(layer(1, 4, 50, 1)).plus(layer(1, 4, 6, 3));
        assertThat(traffic.residueNorm()).isEqualTo(6);
        assertThat(traffic.gradientNorm()).isCloseTo(2, within(1e-12));
        assertThat(traffic.residueToGradient()).isCloseTo(3, within(1e-12));
    }

    @Test
    void layerWithoutGradientOwesNothing() {
        LayerTraffic traffic = start(1000).plus(layer(0, 400, 0, 0));
        assertThat(traffic.residueToGradient()).isZero();
        assertThat(traffic.ratePaper()).isInfinite();
        assertThat(traffic.rateBytes()).isEqualTo(10);
    }

    @Test
    void aShorterLastBinCountsAsOne() {
        StepReport.Layer layer = new StepReport.Layer("w", 101, 6, 48, 20, 50, 1, 1);
        assertThat(layer.bins()).isEqualTo(3);
        assertThat(start(101).plus(layer).sentPerBin()).isEqualTo(2);
    }

    @Test
    void denseLayerHasNoBinsAndNoResidue() {
        StepReport.Layer dense = new StepReport.Layer("w", 10, 10, 320, 41, 0, Double.NaN, 1);
        assertThat(dense.bins()).isZero();
        assertThat(start(10).plus(dense).sentPerBin()).isNaN();
        assertThat(start(10).plus(dense).residueToGradient()).isNaN();
    }

    @Test
    void stepsThatSendEverythingLeaveTheBins() {
        StepReport.Layer all = new StepReport.Layer("w", 1000, 1000, 32_000, 4001, 0, 0, 1);
        LayerTraffic traffic = start(1000).plus(all).plus(layer(40, 60, 1, 1));
        assertThat(traffic.binLength()).isEqualTo(50);
        assertThat(traffic.plus(all).binLength()).isEqualTo(50);
        assertThat(traffic.sentPerBin()).isEqualTo(1040 / 40.0);
    }
}
