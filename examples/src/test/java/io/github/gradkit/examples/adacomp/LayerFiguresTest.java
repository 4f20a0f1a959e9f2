package io.github.gradkit.examples.adacomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.gradkit.adacomp.train.StepReport;
import org.junit.jupiter.api.Test;

class LayerFiguresTest {

    @Test
    void stepsAddUp() {
        StepReport.Layer first = Reports.layer("w", 10, 25, 9);
        StepReport.Layer second = Reports.layer("w", 30, 75, 6);
        LayerFigures figures = LayerFigures.start(first).plus(first).plus(second);
        assertThat(figures.path()).isEqualTo("w");
        assertThat(figures.denseBits()).isEqualTo(2 * 32_000);
        assertThat(figures.ratePaper()).isEqualTo(64_000 / (8.0 * 40));
        assertThat(figures.ratePaperText()).isEqualTo("200.0");
        assertThat(figures.rateBytes()).isEqualTo(64_000 / 800.0);
        assertThat(figures.sentPerBin()).isEqualTo(1);
    }

    @Test
    void residueIsThatOfTheLastStepInMeanGradients() {
        StepReport.Layer first = new StepReport.Layer("w", 10, 1, 8, 4, 1, 50, 1);
        StepReport.Layer last = new StepReport.Layer("w", 10, 1, 8, 4, 1, 6, 3);
        LayerFigures figures = LayerFigures.start(first).plus(first).plus(last);
        assertThat(figures.residueToGradient()).isCloseTo(3, within(1e-12));
    }

    @Test
    void layerWithoutGradientOwesNothing() {
        StepReport.Layer idle = new StepReport.Layer("w", 10, 0, 0, 4, 1, 0, 0);
        LayerFigures figures = LayerFigures.start(idle).plus(idle);
        assertThat(figures.residueToGradient()).isZero();
        assertThat(figures.ratePaper()).isInfinite();
        assertThat(figures.ratePaperText()).isEqualTo("none sent");
        assertThat(figures.rateBytes()).isEqualTo(10);
    }

    @Test
    void denseLayerHasNoBins() {
        StepReport.Layer bias = new StepReport.Layer("b", 10, 10, 320, 41, 0, 0, 1);
        assertThat(LayerFigures.start(bias).plus(bias).sentPerBin()).isNaN();
    }
}
