package io.github.gradkit.advtrain.linear;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Follows a run of {@link Gdat}. */
final class GdatRecorder {

    /** A rise of the logarithm of the loss below it is rounding. */
    private static final double ROUNDING = 1e-12;

    private final SignedData data;
    private final LinearLoss loss;
    private final @Nullable Certificate certificate;
    private final double largestMargin;
    private final List<GdatPoint> points = new ArrayList<>();
    private double lastLogRisk;
    private long increases;
    private long checks;
    private long violations;

    GdatRecorder(
            SignedData data,
            LinearLoss loss,
            @Nullable Certificate certificate,
            double largestMargin) {
        this.data = data;
        this.loss = loss;
        this.certificate = certificate;
        this.largestMargin = largestMargin;
        lastLogRisk = loss.logValue(0);
    }

    /** Takes note of an iterate with its margins under the worst perturbation. */
    void observe(long step, double[] theta, double[] margins, boolean keep) {
        double logRisk = loss.logMean(margins);
        if (logRisk > lastLogRisk + ROUNDING * Math.max(1, Math.abs(lastLogRisk))) {
            increases++;
        }
        lastLogRisk = logRisk;
        double norm = Vectors.norm2(theta);
        double margin = norm == 0 ? Double.NaN : Vectors.min(margins) / norm;
        double oneMinusCosine = Double.NaN;
        if (certificate != null && norm > 0) {
            Certificate.Check check = certificate.check(theta, margin);
            checks++;
            violations += check.holds() ? 0 : 1;
            oneMinusCosine = check.oneMinusCosine();
        }
        if (keep) {
            double clean = loss.logRisk(data, LqBall.none(), theta);
            double gap = largestMargin - margin;
            points.add(
                    new GdatPoint(step, theta, norm, margin, gap, oneMinusCosine, clean, logRisk));
        }
    }

    GdatTrace trace() {
        return new GdatTrace(points, increases, checks, violations);
    }
}
