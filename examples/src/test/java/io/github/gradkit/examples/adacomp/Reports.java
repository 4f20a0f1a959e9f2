package io.github.gradkit.examples.adacomp;

import io.github.gradkit.adacomp.compress.LayerKind;
import io.github.gradkit.adacomp.train.LayerTraffic;
import io.github.gradkit.adacomp.train.StepReport;
import java.util.List;

/** Steps made up for tests. */
final class Reports {

    private Reports() {}

    static StepReport step(StepReport.Layer... layers) {
        return new StepReport(0, 2_000_000, 7, 4_000_000, List.of(layers));
    }

    /** A layer of 1000 values in 20 bins. */
    static StepReport.Layer layer(String path, int sent, long bytes) {
        return new StepReport.Layer(path, 1000, sent, 8L * sent, bytes, 50, 1, 2);
    }

    /** What was sent of such a layer in some steps. */
    static LayerTraffic traffic(String path, int steps, int sent, long bytes) {
        return new LayerTraffic(
                path, LayerKind.CONVOLUTION, 1000, 50, steps, sent, 8L * sent, bytes, 2, 1);
    }
}
