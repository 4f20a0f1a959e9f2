package io.github.gradkit.tracin;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.dataset.Batch;
import io.github.gradkit.tracin.internal.Contraction;
import io.github.gradkit.tracin.internal.Factor;
import io.github.gradkit.tracin.internal.Form;
import io.github.gradkit.tracin.internal.Geometry;
import io.github.gradkit.tracin.internal.TileStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores every training example against every test example.
 *
 * <p>Order of the loops: checkpoint (loaded once), block of test examples that fits the memory
 * budget (factors computed once per checkpoint), batch of training examples.
 */
final class PairAnalysis implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(PairAnalysis.class);

    /** How scores are added up. */
    enum Grouping {
        TOTAL,
        BY_LAYER,
        BY_CHECKPOINT
    }

    private final TracIn.Settings settings;
    private final Grouping grouping;
    private final Session session;
    private final List<TileStore> stores = new ArrayList<>();

    PairAnalysis(TracIn.Settings settings, Grouping grouping) {
        this.settings = settings;
        this.grouping = grouping;
        this.session = new Session(settings);
    }

    /** Runs the analysis; one store per group, in the order of layers or checkpoints. */
    List<TileStore> run(Examples test, Examples train) {
        Plan plan = null;
        List<Checkpoint> checkpoints = session.checkpoints();
        for (int c = 0; c < checkpoints.size(); c++) {
            try (CheckpointRun run = session.load(checkpoints.get(c))) {
                if (plan == null) {
                    plan = plan(run, test, train);
                    open(plan);
                }
                checkpoint(run, c, plan);
            }
        }
        session.endProgress();
        return stores;
    }

    List<String> layerPaths() {
        return session.layers().stream().map(layer -> layer.path()).toList();
    }

    /** What was decided before the first pass. */
    private record Plan(
            Side test,
            Side train,
            List<Boolean> testFormed,
            List<Boolean> trainFormed,
            int testBatch,
            int trainBatch,
            long testBlock) {}

    private Plan plan(CheckpointRun run, Examples test, Examples train) {
        Side testSide =
                session.inspect(run, test, settings.testObjective(), settings.testSign(), "test");
        Side trainSide = session.inspect(run, train, settings.trainObjective(), 1, "training");
        session.warnOfFallbacks((long) testSide.size() + trainSide.size());
        List<Boolean> testFormed = new ArrayList<>();
        List<Boolean> trainFormed = new ArrayList<>();
        for (int i = 0; i < session.layers().size(); i++) {
            Form form = form(testSide, trainSide, i);
            testFormed.add(form.testRows());
            trainFormed.add(form.trainRows());
            logger.debug("layer {}: {}", session.layers().get(i).path(), form);
        }
        long testBytes = Memory.bytesPerExample(session.layers(), testSide, testFormed);
        long trainBytes = Memory.bytesPerExample(session.layers(), trainSide, trainFormed);
        long half = settings.memoryBudget() / 2;
        int testBatch = Memory.fit(settings.batchSize(), testBytes, half);
        return new Plan(
                testSide,
                trainSide,
                testFormed,
                trainFormed,
                testBatch,
                Memory.fit(settings.batchSize(), trainBytes, half),
                Math.max(testBatch, half / testBytes));
    }

    private Form form(Side test, Side train, int layer) {
        Optional<Geometry> geometry =
                Geometry.larger(test.geometries().get(layer), train.geometries().get(layer));
        if (geometry.isEmpty()) {
            return Form.MATERIALISED;
        }
        return settings.form()
                .orElseGet(
                        () ->
                                Form.cheapestForPairs(
                                        geometry.orElseThrow(), train.size(), test.size()));
    }

    private void open(Plan plan) {
        int groups =
                switch (grouping) {
                    case TOTAL -> 1;
                    case BY_LAYER -> session.layers().size();
                    case BY_CHECKPOINT -> session.checkpoints().size();
                };
        TileStore.Layout layout =
                new TileStore.Layout(plan.test().size(), plan.train().size(), plan.trainBatch());
        for (int i = 0; i < groups; i++) {
            stores.add(TileStore.create(layout, settings.heapForScores() / groups));
        }
        long blocks = (plan.test().size() + plan.testBlock() - 1) / plan.testBlock();
        session.startProgress(
                "TracIn scores",
                session.checkpoints().size() * (plan.test().size() + blocks * plan.train().size()));
    }

    /** Test factors of one batch. */
    private record TestBatch(int first, List<Optional<Factor>> factors) {}

    private void checkpoint(CheckpointRun run, int index, Plan plan) {
        double rate = session.checkpoints().get(index).learningRate();
        try (NDManager reading = run.manager().newSubManager()) {
            NDManager blockScope = reading.newSubManager();
            List<TestBatch> block = new ArrayList<>();
            int first = 0;
            long held = 0;
            for (Batch batch : plan.test().reader().batches(reading, plan.testBatch())) {
                block.add(testBatch(run, blockScope, batch, first, rate, plan));
                first += batch.getSize();
                held += batch.getSize();
                session.advance(batch.getSize());
                batch.close();
                if (held + plan.testBatch() > plan.testBlock() || first == plan.test().size()) {
                    block(run, index, plan, block);
                    block.clear();
                    held = 0;
                    blockScope.close();
                    blockScope = reading.newSubManager();
                }
            }
        }
    }

    private TestBatch testBatch(
            CheckpointRun run, NDManager owner, Batch batch, int first, double rate, Plan plan) {
        try (NDManager scope = owner.newSubManager()) {
            List<Optional<Factor>> factors =
                    run.factors(scope, batch, plan.test().target(rate), plan.testFormed());
            factors.forEach(factor -> factor.ifPresent(f -> f.attach(owner)));
            return new TestBatch(first, factors);
        }
    }

    private void block(CheckpointRun run, int index, Plan plan, List<TestBatch> tests) {
        try (NDManager reading = run.manager().newSubManager()) {
            int tile = 0;
            for (Batch batch : plan.train().reader().batches(reading, plan.trainBatch())) {
                try (NDManager scope = reading.newSubManager()) {
                    List<Optional<Factor>> factors =
                            run.factors(scope, batch, plan.train().target(1), plan.trainFormed());
                    for (TestBatch test : tests) {
                        contract(scope, index, tile, factors, test);
                    }
                }
                session.advance(batch.getSize());
                batch.close();
                tile++;
            }
        }
    }

    private void contract(
            NDManager owner,
            int checkpoint,
            int tile,
            List<Optional<Factor>> train,
            TestBatch test) {
        try (NDManager scope = owner.newSubManager()) {
            NDArray total = null;
            for (int layer = 0; layer < train.size(); layer++) {
                if (train.get(layer).isEmpty()) {
                    continue;
                }
                NDArray scores =
                        pairs(scope, train.get(layer).orElseThrow(), test.factors().get(layer));
                if (grouping == Grouping.BY_LAYER) {
                    add(layer, checkpoint, tile, test.first(), scores);
                } else {
                    total = total == null ? scores : total.addi(scores);
                }
            }
            if (total != null) {
                int group = grouping == Grouping.BY_CHECKPOINT ? checkpoint : 0;
                add(group, checkpoint, tile, test.first(), total);
            }
        }
    }

    /** Compares two factors; the result and what is made on the way belong to the scope. */
    static NDArray pairs(NDManager scope, Factor train, Optional<Factor> test) {
        Factor testFactor = test.orElseThrow();
        NDList borrowed = new NDList(train.arrays());
        borrowed.addAll(testFactor.arrays());
        scope.tempAttachAll(borrowed);
        return Contraction.pairs(train, testFactor);
    }

    private void add(int group, int checkpoint, int tile, int firstTest, NDArray scores) {
        float[] values = scores.toType(DataType.FLOAT32, false).toFloatArray();
        TileStore store = stores.get(group);
        int width = store.layout().width(tile);
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw NonFinite.score(
                        values[i],
                        session.checkpoints().get(checkpoint),
                        "of test example "
                                + (firstTest + i / width)
                                + " and training example "
                                + (tile * store.layout().tileWidth() + i % width));
            }
        }
        store.add(tile, firstTest, values);
    }

    /** Hands out the finished tiles of a store. */
    static void forEachTile(TileStore store, Consumer<ScoreTile> consumer) {
        TileStore.Layout layout = store.layout();
        for (int tile = 0; tile < layout.tiles(); tile++) {
            consumer.accept(
                    new ScoreTile(
                            tile * layout.tileWidth(),
                            layout.width(tile),
                            layout.tests(),
                            store.read(tile)));
        }
    }

    @Override
    public void close() {
        try {
            stores.forEach(TileStore::close);
        } finally {
            session.close();
        }
    }
}
