package io.github.gradkit.tracin;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
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

    /** A tile of scores is one Java array. */
    private static final int MAX_TILE_VALUES = 1 << 26;

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
    private float[] scratch = new float[0];

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
            Side test, Side train, Batching testBatching, Batching trainBatching, long testBlock) {}

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
        long testBytes = Memory.bytesPerExample(session, testSide, testFormed);
        long trainBytes = Memory.bytesPerExample(session, trainSide, trainFormed);
        long half = settings.memoryBudget() / 2;
        int testBatch = Memory.fit(settings.batchSize(), testBytes, half);
        int widest = Math.max(1, MAX_TILE_VALUES / testSide.size());
        int trainBatch = Memory.fit(Math.min(settings.batchSize(), widest), trainBytes, half);
        return new Plan(
                testSide,
                trainSide,
                new Batching(testBatch, testFormed),
                new Batching(trainBatch, trainFormed),
                Math.max(1, half / testBytes / testBatch) * testBatch);
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
                new TileStore.Layout(
                        plan.test().size(), plan.train().size(), plan.trainBatching().size());
        for (int i = 0; i < groups; i++) {
            stores.add(TileStore.create(layout, settings.heapForScores() / groups));
        }
        long blocks = (plan.test().size() + plan.testBlock() - 1) / plan.testBlock();
        session.startProgress(
                "TracIn scores",
                session.checkpoints().size() * (plan.test().size() + blocks * plan.train().size()));
    }

    private void checkpoint(CheckpointRun run, int index, Plan plan) {
        TestBlock block = new TestBlock(run.manager());
        double rate = session.checkpoints().get(index).learningRate();
        try {
            session.forEachBatch(
                    run,
                    plan.test(),
                    rate,
                    plan.testBatching(),
                    (scope, first, factors) -> {
                        int size = Math.min(plan.testBatching().size(), plan.test().size() - first);
                        block.add(first, size, factors);
                        int next = first + plan.testBatching().size();
                        boolean last = next >= plan.test().size();
                        long held = next - (long) block.first();
                        if (last || held + plan.testBatching().size() > plan.testBlock()) {
                            block.join();
                            compare(run, index, plan, block);
                            block.clear();
                        }
                    });
        } finally {
            block.close();
        }
    }

    private void compare(CheckpointRun run, int index, Plan plan, TestBlock block) {
        int width = plan.trainBatching().size();
        session.forEachBatch(
                run,
                plan.train(),
                1,
                plan.trainBatching(),
                (scope, first, factors) -> {
                    for (TestBlock.Part test : block.parts()) {
                        contract(scope, index, first / width, factors, test);
                    }
                });
    }

    private void contract(
            NDManager owner,
            int checkpoint,
            int tile,
            List<Optional<Factor>> train,
            TestBlock.Part test) {
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
        int count = Math.toIntExact(scores.size());
        float[] values = copy(scores, count);
        TileStore store = stores.get(group);
        for (int i = 0; i < count; i++) {
            if (!Float.isFinite(values[i])) {
                int width = store.layout().width(tile);
                throw NonFinite.score(
                        values[i],
                        session.checkpoints().get(checkpoint),
                        "of test example "
                                + (firstTest + i / width)
                                + " and training example "
                                + (tile * store.layout().tileWidth() + i % width));
            }
        }
        store.add(tile, firstTest, values, count);
    }

    /** Copies scores to an array that is used again and again: large new ones are slow. */
    private float[] copy(NDArray scores, int count) {
        if (scratch.length < count) {
            scratch = new float[count];
        }
        NDArray floats = scores.toType(DataType.FLOAT32, false);
        floats.toByteBuffer(true).asFloatBuffer().get(scratch, 0, count);
        return scratch;
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
            closeAll(stores);
        } finally {
            session.close();
        }
    }

    private static void closeAll(List<TileStore> stores) {
        RuntimeException failure = null;
        for (TileStore store : stores) {
            try {
                store.close();
            } catch (RuntimeException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
