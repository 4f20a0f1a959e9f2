package io.github.gradkit.advtrain.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Norm;
import io.github.gradkit.advtrain.attack.PerturbationStart;
import io.github.gradkit.advtrain.attack.Pgd;
import io.github.gradkit.advtrain.attack.StartRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where attacks start, epoch after epoch. */
class EpochStartsTest {

    private static final EpsilonBall BALL = EpsilonBall.linf(0.2).within(0, 1);

    /** Writes down, for each example, what another start says and what it is told. */
    private static final class Recorder implements PerturbationStart {

        final PerturbationStart inner;
        final Map<Long, float[]> starts = new TreeMap<>();
        final Map<Long, float[]> ends = new TreeMap<>();
        final List<String> calls = new ArrayList<>();

        Recorder(PerturbationStart inner) {
            this.inner = inner;
        }

        @Override
        public NDArray start(StartRequest request) {
            NDArray start = inner.start(request);
            assertThat(start.getShape()).isEqualTo(request.inputs().getShape());
            calls.add("start " + Arrays.toString(request.indices()));
            record(request, start, starts);
            return start;
        }

        @Override
        public void finished(StartRequest request, NDArray change) {
            inner.finished(request, change);
            calls.add("finished " + Arrays.toString(request.indices()));
            record(request, change, ends);
        }

        private static void record(
                StartRequest request, NDArray changes, Map<Long, float[]> examples) {
            float[] values = changes.toFloatArray();
            int width = values.length / request.indices().length;
            for (int i = 0; i < request.indices().length; i++) {
                examples.put(
                        request.indices()[i],
                        Arrays.copyOfRange(values, i * width, (i + 1) * width));
            }
        }
    }

    private static AdversarialDataset attacked(Bench bench, Dataset data, Pgd.Builder pgd) {
        return AdversarialDataset.builder()
                .setDataset(data)
                .setModel(bench.model)
                .setAttack(pgd.optSteps(2).build())
                .build();
    }

    private static void pass(Bench bench, Dataset data) throws Exception {
        for (Batch batch : data.getData(bench.manager)) {
            batch.close();
        }
    }

    private static Map<Long, String> text(Map<Long, float[]> examples) {
        Map<Long, String> text = new LinkedHashMap<>();
        examples.forEach((index, values) -> text.put(index, Arrays.toString(values)));
        return text;
    }

    /** The starts of the example of each index, epoch by epoch. */
    private static List<Map<Long, String>> starts(int batch, boolean shuffled, long seed)
            throws Exception {
        List<Map<Long, String>> epochs = new ArrayList<>();
        try (Bench bench = Bench.of(Nets.MLP).initialized()) {
            Recorder recorder = new Recorder(PerturbationStart.uniform());
            Pgd.Builder pgd = Pgd.builder().setBall(BALL).optStart(recorder).optSeed(seed);
            Dataset plain = bench.data(bench.labels(DataType.INT64), batch, shuffled);
            AdversarialDataset data = attacked(bench, plain, pgd);
            for (int epoch = 0; epoch < 3; epoch++) {
                pass(bench, data);
                epochs.add(text(recorder.starts));
            }
        }
        return epochs;
    }

    @Test
    void randomStartsBelongToSeedEpochAndExampleOnly() throws Exception {
        List<Map<Long, String>> starts = starts(8, false, 1);

        assertThat(starts).doesNotHaveDuplicates();
        assertThat(starts.get(0)).hasSize(Bench.ROWS);
        assertThat(starts.get(0).values()).doesNotHaveDuplicates();
        assertThat(starts(8, false, 1)).isEqualTo(starts);
        assertThat(starts(5, true, 1)).isEqualTo(starts);
        assertThat(starts(8, false, 2)).doesNotContainAnyElementsOf(starts);
    }

    @Test
    void seedsDoNotRepeatTheEpochsOfOthers() throws Exception {
        List<Map<Long, String>> first = starts(8, false, 0);
        for (long seed : new long[] {1, -1, 2, 0x9e3779b97f4a7c15L}) {
            assertThat(starts(8, false, seed)).doesNotContainAnyElementsOf(first);
        }
    }

    @ParameterizedTest
    @EnumSource
    void carriedOverStartsContinueWhereTheExampleEndedUnderShuffling(Norm norm) throws Exception {
        try (Bench bench = Bench.of(Nets.CNN).initialized()) {
            EpsilonBall ball = EpsilonBall.of(norm, 0.5).within(0, 1);
            Recorder recorder = new Recorder(PerturbationStart.carriedOver());
            Recorder uniform = new Recorder(PerturbationStart.uniform());
            Dataset plain = bench.data(true);
            Dataset data = attacked(bench, plain, Pgd.builder().setBall(ball).optStart(recorder));
            pass(bench, data);
            pass(bench, attacked(bench, plain, Pgd.builder().setBall(ball).optStart(uniform)));
            assertThat(text(recorder.starts)).isEqualTo(text(uniform.starts));
            for (int epoch = 1; epoch < 3; epoch++) {
                Map<Long, String> ends = text(recorder.ends);
                pass(bench, data);
                assertThat(text(recorder.starts)).hasSize(Bench.ROWS).isEqualTo(ends);
            }
        }
    }

    @Test
    void ownStartIsAskedAndToldOncePerBatch() throws Exception {
        try (Bench bench = Bench.of(Nets.MLP).initialized()) {
            // Far outside of the ball: the attack projects.
            Recorder recorder = new Recorder(request -> request.inputs().onesLike().mul(7));
            Dataset data =
                    attacked(
                            bench,
                            bench.data(false),
                            Pgd.builder().setBall(BALL).optStart(recorder));
            pass(bench, data);

            assertThat(recorder.calls)
                    .containsExactly(
                            "start [0, 1, 2, 3, 4, 5, 6, 7]",
                            "finished [0, 1, 2, 3, 4, 5, 6, 7]",
                            "start [8, 9, 10, 11, 12, 13, 14, 15]",
                            "finished [8, 9, 10, 11, 12, 13, 14, 15]",
                            "start [16, 17, 18, 19, 20, 21]",
                            "finished [16, 17, 18, 19, 20, 21]");
            float[] inputs = bench.features().toFloatArray();
            recorder.ends.forEach(
                    (index, change) -> {
                        for (int j = 0; j < change.length; j++) {
                            float x = inputs[index.intValue() * change.length + j] + change[j];
                            assertThat(Math.abs(change[j])).isLessThanOrEqualTo(0.2f);
                            assertThat(x).isBetween(-1e-6f, 1 + 1e-6f);
                        }
                    });
        }
    }

    @Test
    void onlyWhoIsPerturbedIsCarriedOver() throws Exception {
        try (Bench bench = Bench.of(Nets.MLP).initialized()) {
            Recorder recorder = new Recorder(PerturbationStart.carriedOver());
            Dataset data =
                    AdversarialDataset.builder()
                            .setDataset(bench.data(true))
                            .setModel(bench.model)
                            .setAttack(Pgd.builder().setBall(BALL).optStart(recorder).build())
                            .optAdversarialShare(0.5)
                            .build();
            pass(bench, data);

            assertThat(recorder.ends).hasSize(11);
        }
    }
}
