package io.github.gradkit.tracin;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.github.gradkit.tracin.internal.Contraction;
import io.github.gradkit.tracin.internal.Factor;
import io.github.gradkit.tracin.internal.Form;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Scores every example against itself. */
final class SelfAnalysis implements AutoCloseable {

    private final TracIn.Settings settings;
    private final Session session;

    SelfAnalysis(TracIn.Settings settings) {
        this.settings = settings;
        this.session = new Session(settings);
    }

    private record Plan(Side side, Batching batching) {}

    SelfInfluence run(Examples examples) {
        Plan plan = null;
        double[][] byLayer = new double[0][];
        List<double[]> byCheckpoint = new ArrayList<>();
        for (Checkpoint checkpoint : session.checkpoints()) {
            try (CheckpointRun run = session.load(checkpoint)) {
                if (plan == null) {
                    plan = plan(run, examples);
                    byLayer = new double[session.layers().size()][plan.side().size()];
                }
                byCheckpoint.add(checkpoint(run, checkpoint, plan, byLayer));
            }
        }
        session.endProgress();
        return result(byLayer, byCheckpoint);
    }

    private Plan plan(CheckpointRun run, Examples examples) {
        Side side = session.inspect(run, examples, settings.trainObjective(), 1, "training");
        session.warnOfFallbacks(side.size());
        List<Boolean> formed = new ArrayList<>();
        side.geometries()
                .forEach(
                        g ->
                                formed.add(
                                        g.isEmpty()
                                                || settings.form()
                                                        .orElseGet(
                                                                () ->
                                                                        Form.cheapestForSelf(
                                                                                g.orElseThrow()))
                                                        .trainRows()));
        long bytes = Memory.bytesPerExample(session, side, formed);
        int batchSize = Memory.fit(settings.batchSize(), bytes, settings.memoryBudget() / 2);
        session.startProgress(
                "TracIn self-influence", (long) session.checkpoints().size() * side.size());
        return new Plan(side, new Batching(batchSize, formed));
    }

    private double[] checkpoint(
            CheckpointRun run, Checkpoint checkpoint, Plan plan, double[][] byLayer) {
        double[] sum = new double[plan.side().size()];
        session.forEachBatch(
                run,
                plan.side(),
                1,
                plan.batching(),
                (scope, first, factors) -> {
                    for (int layer = 0; layer < factors.size(); layer++) {
                        if (factors.get(layer).isPresent()) {
                            Factor factor = factors.get(layer).orElseThrow();
                            add(checkpoint, factor, first, byLayer[layer], sum);
                        }
                    }
                });
        return sum;
    }

    private static void add(
            Checkpoint checkpoint, Factor factor, int first, double[] layer, double[] sum) {
        NDArray norms = Contraction.squaredNorms(factor);
        double[] values = norms.toType(DataType.FLOAT64, false).toDoubleArray();
        for (int i = 0; i < values.length; i++) {
            double score = checkpoint.learningRate() * values[i];
            if (!Double.isFinite(score)) {
                throw NonFinite.score(score, checkpoint, "of training example " + (first + i));
            }
            layer[first + i] += score;
            sum[first + i] += score;
        }
    }

    private SelfInfluence result(double[][] byLayer, List<double[]> byCheckpoint) {
        Map<String, double[]> layers = new LinkedHashMap<>();
        for (int i = 0; i < byLayer.length; i++) {
            layers.put(session.layers().get(i).path(), byLayer[i]);
        }
        double[] total = new double[byCheckpoint.get(0).length];
        for (double[] part : byCheckpoint) {
            for (int i = 0; i < total.length; i++) {
                total[i] += part[i];
            }
        }
        return new SelfInfluence(total, layers, byCheckpoint);
    }

    @Override
    public void close() {
        session.close();
    }
}
