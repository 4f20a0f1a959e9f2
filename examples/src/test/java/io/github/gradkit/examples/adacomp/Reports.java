package io.github.gradkit.examples.adacomp;

import io.github.gradkit.adacomp.train.StepReport;
import java.util.List;

/** Steps made up for tests. */
final class Reports {

    private Reports() {}

    static StepReport step(StepReport.Layer... layers) {
        return new StepReport(0, 2_000_000, 7, 4_000_000, List.of(layers));
    }

    /** A layer of 1000 values in 20 bins. */
    static StepReport.Layer layer(String path, int sent, long bytes, double residue) {
        return new StepReport.Layer(path, 1000, sent, 8L * sent, bytes, 20, residue, 2);
    }
}
