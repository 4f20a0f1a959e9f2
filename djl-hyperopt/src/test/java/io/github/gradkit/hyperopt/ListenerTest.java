package io.github.gradkit.hyperopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.metric.Metric;
import ai.djl.metric.Metrics;
import ai.djl.training.listener.TrainingListener;
import io.github.gradkit.support.trace.CsvTrace;
import io.github.gradkit.support.trace.MemoryTrace;
import io.github.gradkit.support.trace.TensorBoardTrace;
import io.github.gradkit.support.trace.TraceSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written about a training. */
class ListenerTest {

    private static final int STEPS = 8;

    @TempDir private Path folder;

    private final MemoryTrace trace = MemoryTrace.of();

    private static HyperTower adam() {
        return HyperTower.builder()
                .setBase(UpdateRule.adam(.01))
                .tunedBy(UpdateRule.sgd(1e-4))
                .tunedBy(UpdateRule.sgd(1e-8))
                .build();
    }

    private TowerListener.Builder to(HyperTower tower) {
        return TowerListener.builder().setTower(tower).addTrace(trace);
    }

    private static List<float[]> train(HyperTower tower, int steps, TrainingListener... listeners)
            throws Exception {
        try (Training training = Training.of(FreezeTest.layers(), tower, listeners)) {
            training.batches(1, steps);
            return training.weights();
        }
    }

    private static double last(double[] values) {
        return values[values.length - 1];
    }

    private void assertComplete(HyperTower tower, int steps) {
        for (LearnedValue one : tower.learned()) {
            assertThat(trace.steps(one.name()))
                    .containsExactly(LongStream.rangeClosed(1, steps).toArray());
            assertThat(last(trace.values(one.name()))).isEqualTo(one.value());
        }
    }

    @Test
    void everyStepIsTracedUnderTheNamesOfTheDocumentation() throws Exception {
        HyperTower tower = adam();
        train(tower, STEPS, to(tower).optCosines(true).build());
        assertThat(trace.series())
                .containsExactlyInAnyOrder(
                        "level0/alpha",
                        "level0/beta1",
                        "level0/beta2",
                        "level1/alpha",
                        "level0/alpha/hypergradient",
                        "level0/beta1/hypergradient",
                        "level0/beta2/hypergradient",
                        "level1/alpha/hypergradient",
                        "level0/alpha/cosine",
                        "level0/beta1/cosine",
                        "level0/beta2/cosine");
        assertComplete(tower, STEPS);
        assertThat(trace.values("level0/alpha/hypergradient")).hasSize(STEPS);
        for (String name : List.of("alpha", "beta1", "beta2")) {
            for (double cosine : trace.values("level0/" + name + "/cosine")) {
                assertThat(cosine).isBetween(-1.0, 1.0);
            }
        }
        assertThat(trace.values("level0/alpha/cosine")).hasSizeGreaterThanOrEqualTo(STEPS - 1);
        assertThat(last(trace.values("level0/alpha/cosine"))).isNotZero();
    }

    /** One step of a level that is plain descent is its rate times the hypergradient. */
    @Test
    void tracedHypergradientsAreThoseThatWereUsed() throws Exception {
        HyperTower tower =
                HyperTower.builder()
                        .setBase(UpdateRule.sgd(.1))
                        .tunedBy(UpdateRule.sgd(1e-3))
                        .build();
        train(tower, STEPS, to(tower).build());
        double[] alpha = trace.values("level0/alpha");
        double[] hypergradient = trace.values("level0/alpha/hypergradient");
        for (int i = 1; i < STEPS; i++) {
            assertThat(alpha[i]).isEqualTo(alpha[i - 1] - 1e-3 * hypergradient[i]);
            assertThat(hypergradient[i]).isNotZero();
        }
    }

    @Test
    void namesHaveTheGroupInTheMiddle() throws Exception {
        HyperTower tower =
                HyperTower.builder()
                        .setBase(UpdateRule.sgd(.1))
                        .tunedBy(UpdateRule.sgd(1e-3))
                        .addGroup("first", path -> path.startsWith("01"))
                        .build();
        train(tower, STEPS, to(tower).optCosines(true).build());
        assertThat(trace.series())
                .contains(
                        "level0/first/alpha",
                        "level0/others/alpha",
                        "level0/first/alpha/hypergradient",
                        "level0/others/alpha/cosine");
        assertComplete(tower, STEPS);
    }

    @Test
    void metricsOfTheTrainerReceiveAllPoints() throws Exception {
        HyperTower tower = adam();
        Metrics metrics = new Metrics();
        try (Training training = Training.of(FreezeTest.layers(), tower, TowerListener.of(tower))) {
            training.trainer.setMetrics(metrics);
            training.batches(1, STEPS);
            List<Metric> alphas = metrics.getMetric("level0/alpha");
            assertThat(alphas).hasSize(STEPS);
            assertThat(alphas.get(STEPS - 1).getValue().doubleValue())
                    .isEqualTo(tower.learned().get(0).value());
            assertThat(metrics.getMetric("level1/alpha/hypergradient")).hasSize(STEPS);
        }
    }

    @Test
    void metricsCanBeSpared() throws Exception {
        HyperTower tower = adam();
        Metrics metrics = new Metrics();
        try (Training training =
                Training.of(FreezeTest.layers(), tower, to(tower).optMetrics(false).build())) {
            training.trainer.setMetrics(metrics);
            training.batches(1, STEPS);
            assertThat(metrics.getMetricNames()).noneMatch(name -> name.startsWith("level"));
            assertComplete(tower, STEPS);
        }
    }

    @Test
    void filesReceiveAllPoints() throws Exception {
        HyperTower tower = adam();
        Path csv = folder.resolve("trace.csv");
        try (CsvTrace lines = CsvTrace.create(csv);
                TensorBoardTrace events = TensorBoardTrace.create(folder.resolve("events"))) {
            train(tower, STEPS, to(tower).addTrace(lines).addTrace(events).build());
            // The end of the training has flushed both.
            List<String> alphas =
                    Files.readAllLines(csv).stream()
                            .filter(line -> line.contains(",level0/alpha,"))
                            .toList();
            assertThat(alphas).hasSize(STEPS);
            assertThat(alphas.get(STEPS - 1))
                    .isEqualTo(STEPS + ",level0/alpha," + tower.learned().get(0).value());
            try (var files = Files.walk(folder.resolve("events"))) {
                Path file = files.filter(Files::isRegularFile).findFirst().orElseThrow();
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .contains("level0/alpha", "level1/alpha/hypergradient");
            }
        }
    }

    /** Fails from its third point on. */
    private static final class FailingTrace implements TraceSink {
        private int points;

        @Override
        public void record(String series, long step, double value) {
            if (++points >= 3) {
                throw new UncheckedIOException(new IOException("The disk is full."));
            }
        }

        @Override
        public void flush() {
            throw new UncheckedIOException(new IOException("The disk is full."));
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    @Test
    void traceThatFailsIsLeftOut() throws Exception {
        HyperTower tower = adam();
        HyperTower other = adam();
        FailingTrace failing = new FailingTrace();
        TowerListener listener =
                TowerListener.builder().setTower(tower).addTrace(failing).addTrace(trace).build();
        List<float[]> weights = train(tower, STEPS, listener);
        List<float[]> expected = train(other, STEPS);
        assertThat(failing.points).isEqualTo(3);
        assertComplete(tower, STEPS);
        Training.assertSameBits(weights, expected);
    }

    @Test
    void stepsBetweenAreNotTraced() throws Exception {
        HyperTower tower = adam();
        train(tower, STEPS, to(tower).optTraceEvery(3).build());
        assertThat(trace.steps("level0/alpha")).containsExactly(3, 6);
        assertThat(trace.steps("level1/alpha/hypergradient")).containsExactly(3, 6);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TowerListener.builder().optTraceEvery(0))
                .withMessageContaining("was 0");
        assertThatIllegalStateException()
                .isThrownBy(() -> TowerListener.builder().build())
                .withMessageContaining("setTower");
    }

    @Test
    void twoTrainingsDoNotMix() throws Exception {
        HyperTower tower = adam();
        HyperTower other =
                HyperTower.builder()
                        .setBase(UpdateRule.sgd(.1))
                        .tunedBy(UpdateRule.sgd(1e-3))
                        .build();
        MemoryTrace ofOther = MemoryTrace.of();
        try (Training training = Training.of(FreezeTest.layers(), tower, to(tower).build());
                Training second =
                        Training.of(
                                FreezeTest.layers(),
                                other,
                                TowerListener.builder()
                                        .setTower(other)
                                        .addTrace(ofOther)
                                        .build())) {
            for (int step = 1; step <= STEPS; step++) {
                training.batches(step, step);
                second.batches(step, step);
            }
            assertComplete(tower, STEPS);
            assertThat(ofOther.series())
                    .containsExactly("level0/alpha", "level0/alpha/hypergradient");
            assertThat(last(ofOther.values("level0/alpha")))
                    .isEqualTo(other.learned().get(0).value());
        }
    }

    @ParameterizedTest
    @EnumSource
    void reportShowsAllThatWasTraced(RuleKind kind) throws Exception {
        HyperTower tower = ResumeTest.builder(kind, 2).build();
        train(tower, STEPS, to(tower).optCosines(true).build());
        Path page = folder.resolve("page.html");
        TowerReport.of("Of " + kind, tower, trace).writeTo(page);
        String html = Files.readString(page);
        assertThat(html)
                .contains("Of " + kind, "A tower of height 2", STEPS + " steps made")
                .contains("Learned hyperparameters", "Hypergradient of level0/alpha")
                .contains("Cosine of level0/alpha", "level1/alpha");
    }

    @Test
    void reportOfAPlainTowerHasNoCharts() throws Exception {
        HyperTower tower = HyperTower.builder().setBase(UpdateRule.sgd(.1)).build();
        train(tower, STEPS, to(tower).build());
        assertThat(trace.series()).isEmpty();
        assertThat(TowerReport.of("Plain", tower, trace).toHtml())
                .contains("A tower of height 0", STEPS + " steps made")
                .doesNotContain("Learned hyperparameters");
    }

    @Test
    void reportBearsNumbersThatAreNone() throws Exception {
        HyperTower tower = adam();
        train(tower, STEPS, to(tower).build());
        trace.record("level0/alpha", STEPS + 1, Double.NaN);
        trace.record("level0/alpha", STEPS + 2, Double.POSITIVE_INFINITY);
        trace.record("level0/beta1/cosine", 1, Double.NaN);
        assertThat(TowerReport.of("Broken", tower, trace).toHtml())
                .contains("Hypergradient of level0/alpha")
                .doesNotContain("Cosine of level0/beta1");
        assertThatIllegalArgumentException().isThrownBy(() -> TowerReport.of(" ", tower, trace));
    }

    /** Steps that come again after a revert can't be an axis. */
    @Test
    void reportShowsTrainingsThatWentBack() throws Exception {
        HyperTower tower =
                ResumeTest.builder(RuleKind.SGD, 1)
                        .optSafeguards(Safeguards.builder().optRevertOnLossSpike(5, 4).build())
                        .build();
        try (Training training = Training.of(FreezeTest.layers(), tower, to(tower).build())) {
            training.batches(1, 7);
            training.batches(8, 8, (number, batch) -> Training.fill(batch, Float.NaN));
            training.batches(9, 12);
            assertThat(trace.steps("level0/alpha"))
                    .containsExactly(1, 2, 3, 4, 5, 6, 7, 5, 6, 7, 8);
            assertThat(last(trace.values("tower/reverts"))).isEqualTo(1);
            assertThat(TowerReport.of("Back", tower, trace).toHtml())
                    .contains("1 times gone back", "record");
        }
    }

    @Test
    void skippedStepsAreTraced() throws Exception {
        HyperTower tower =
                ResumeTest.builder(RuleKind.SGD, 1).optSafeguards(Safeguards.recommended()).build();
        try (Training training = Training.of(FreezeTest.layers(), tower, to(tower).build())) {
            training.batches(1, 3);
            training.batches(4, 4, (number, batch) -> Training.fill(batch, Float.NaN));
            training.batches(5, 6);
            assertThat(trace.steps("level0/alpha")).containsExactly(1, 2, 3, 4, 5);
            assertThat(trace.steps("tower/skipped-steps")).containsExactly(4, 5);
            assertThat(Arrays.stream(trace.values("tower/skipped-steps"))).containsOnly(1.0);
        }
    }
}
