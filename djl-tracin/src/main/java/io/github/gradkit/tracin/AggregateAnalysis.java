package io.github.gradkit.tracin;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.gradkit.tracin.internal.Contraction;
import io.github.gradkit.tracin.internal.Factor;
import io.github.gradkit.tracin.internal.Geometry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Scores every training example against the sum of all test examples. */
final class AggregateAnalysis implements AutoCloseable {

    private final TracIn.Settings settings;
    private final Session session;

    AggregateAnalysis(TracIn.Settings settings) {
        this.settings = settings;
        this.session = new Session(settings);
    }

    private record Plan(Side test, Side train, Batching batching) {}

    double[] run(Examples test, Examples train) {
        Plan plan = null;
        double[] scores = new double[0];
        for (Checkpoint checkpoint : session.checkpoints()) {
            try (CheckpointRun run = session.load(checkpoint)) {
                if (plan == null) {
                    plan = plan(run, test, train);
                    scores = new double[plan.train().size()];
                }
                List<Optional<Factor>> sum = testSum(run, checkpoint, plan);
                addScores(run, checkpoint, plan, sum, scores);
            }
        }
        session.endProgress();
        return scores;
    }

    private Plan plan(CheckpointRun run, Examples test, Examples train) {
        Side testSide =
                session.inspect(run, test, settings.testObjective(), settings.testSign(), "test");
        Side trainSide = session.inspect(run, train, settings.trainObjective(), 1, "training");
        session.warnOfFallbacks((long) testSide.size() + trainSide.size());
        List<Boolean> formed = new ArrayList<>();
        for (int i = 0; i < session.layers().size(); i++) {
            Optional<Geometry> g =
                    Geometry.larger(testSide.geometries().get(i), trainSide.geometries().get(i));
            // both forms cost the same time here, so take the smaller one
            formed.add(g.isEmpty() || g.get().weights() < Memory.factoredValues(g.get()));
        }
        long bytes =
                Math.max(
                        Memory.bytesPerExample(session, testSide, formed),
                        Memory.bytesPerExample(session, trainSide, formed));
        session.startProgress(
                "TracIn aggregate",
                (long) session.checkpoints().size() * (testSide.size() + trainSide.size()));
        int batchSize = Memory.fit(settings.batchSize(), bytes, settings.memoryBudget() / 2);
        return new Plan(testSide, trainSide, new Batching(batchSize, formed));
    }

    private List<Optional<Factor>> testSum(CheckpointRun run, Checkpoint checkpoint, Plan plan) {
        List<Optional<Factor>> sums =
                new ArrayList<>(
                        Collections.nCopies(session.layers().size(), Optional.<Factor>empty()));
        session.forEachBatch(
                run,
                plan.test(),
                checkpoint.learningRate(),
                plan.batching(),
                (scope, first, factors) -> {
                    for (int i = 0; i < sums.size(); i++) {
                        if (factors.get(i).isPresent()) {
                            Factor.Rows sum = Contraction.sum(factors.get(i).orElseThrow());
                            sums.set(i, Optional.of(plus(run.manager(), sums.get(i), sum)));
                        }
                    }
                });
        return sums;
    }

    private static Factor plus(NDManager owner, Optional<Factor> before, Factor.Rows added) {
        if (before.isEmpty()) {
            added.attach(owner);
            return added;
        }
        List<NDArray> sums = before.orElseThrow().arrays();
        for (int i = 0; i < sums.size(); i++) {
            sums.get(i).addi(added.parts().get(i));
        }
        return before.orElseThrow();
    }

    private void addScores(
            CheckpointRun run,
            Checkpoint checkpoint,
            Plan plan,
            List<Optional<Factor>> sums,
            double[] scores) {
        session.forEachBatch(
                run,
                plan.train(),
                1,
                plan.batching(),
                (scope, first, factors) -> {
                    for (int i = 0; i < sums.size(); i++) {
                        if (factors.get(i).isPresent()) {
                            add(scope, checkpoint, factors.get(i), sums.get(i), first, scores);
                        }
                    }
                });
    }

    private static void add(
            NDManager scope,
            Checkpoint checkpoint,
            Optional<Factor> train,
            Optional<Factor> test,
            int first,
            double[] scores) {
        NDArray products =
                PairAnalysis.pairs(scope, train.orElseThrow(), test)
                        .toType(DataType.FLOAT64, false);
        double[] values = products.toDoubleArray();
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw NonFinite.score(values[i], checkpoint, "of training example " + (first + i));
            }
            scores[first + i] += values[i];
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
