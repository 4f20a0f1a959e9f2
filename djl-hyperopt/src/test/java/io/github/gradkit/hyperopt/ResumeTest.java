package io.github.gradkit.hyperopt;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.nn.Block;
import ai.djl.training.listener.TrainingListener;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A training that was saved goes on as if nothing had happened, bit for bit. */
class ResumeTest {

    private static final int EPOCHS = 10;
    private static final int HALF = 5;

    @TempDir private Path folder;

    /** What a training came to: weights, learned values, and the hypergradients of its end. */
    record Outcome(List<float[]> weights, List<LearnedValue> learned, List<double[]> tuning) {

        void assertSameAs(Outcome other) {
            Training.assertSameBits(weights, other.weights);
            assertThat(learned).isEqualTo(other.learned);
            int size = Math.min(tuning.size(), other.tuning.size());
            for (int i = 1; i <= size; i++) {
                assertThat(tuning.get(tuning.size() - i))
                        .containsExactly(other.tuning.get(other.tuning.size() - i));
            }
            Training.assertFinite(weights);
        }
    }

    static HyperTower.Builder builder(RuleKind kind, int height) {
        return builder(TowerCase.rule(kind), height);
    }

    static HyperTower.Builder builder(UpdateRule base, int height) {
        UpdateRule[] above = {
            UpdateRule.adam(1e-3), UpdateRule.momentum(1e-6, .5), UpdateRule.sgd(1e-9)
        };
        HyperTower.Builder builder = HyperTower.builder().setBase(base);
        Arrays.asList(above).subList(0, height).forEach(builder::tunedBy);
        return builder;
    }

    static TrainingListener[] listeners(HyperTower tower, boolean listened) {
        return listened
                ? new TrainingListener[] {TowerListener.of(tower)}
                : new TrainingListener[0];
    }

    static List<double[]> watch(HyperTower tower) {
        List<double[]> tuning = new ArrayList<>();
        tower.observe((step, hypergradients, cosines) -> tuning.addAll(hypergradients), false);
        return tuning;
    }

    private static Outcome outcome(Training training, HyperTower tower, List<double[]> tuning) {
        tower.flush();
        return new Outcome(training.weights(), tower.learned(), tuning);
    }

    private static Outcome straight(
            Supplier<Block> block, HyperTower.Builder builder, boolean listened) throws Exception {
        HyperTower tower = builder.build();
        List<double[]> tuning = watch(tower);
        try (Training training = Training.of(block.get(), tower, listeners(tower, listened))) {
            training.epochs(0, EPOCHS);
            return outcome(training, tower, tuning);
        }
    }

    /** Trains the first half and saves; returns the weights. */
    static byte[] firstHalf(Block block, HyperTower tower, boolean listened, Path file)
            throws Exception {
        try (Training training = Training.of(block, tower, listeners(tower, listened))) {
            training.epochs(0, HALF);
            tower.save(file, training.block());
            return training.saved();
        }
    }

    static Outcome secondHalf(
            Block block, HyperTower tower, byte[] weights, boolean listened, Path file)
            throws Exception {
        List<double[]> tuning = watch(tower);
        try (Training training = Training.of(block, weights, tower, listeners(tower, listened))) {
            tower.restore(file, training.block());
            assertThat(tower.steps()).isEqualTo((long) HALF * Training.BATCHES);
            training.epochs(HALF, EPOCHS);
            return outcome(training, tower, tuning);
        }
    }

    private void assertResumes(Supplier<Block> block, HyperTower.Builder builder, boolean listened)
            throws Exception {
        Path file = folder.resolve("tower");
        byte[] weights = firstHalf(block.get(), builder.build(), listened, file);
        Outcome resumed = secondHalf(block.get(), builder.build(), weights, listened, file);
        Outcome straight = straight(block, builder, listened);

        resumed.assertSameAs(straight);
        boolean tuned = straight.learned.stream().anyMatch(one -> one.value() != one.initial());
        assertThat(tuned).isEqualTo(!straight.learned.isEmpty());
        assertThat(resumed.tuning.size())
                .isEqualTo(
                        straight.learned.isEmpty()
                                ? 0
                                : HALF * Training.BATCHES * (builder.build().height() + 1));
    }

    static Stream<TowerCase> cases() {
        List<TowerCase> cases = new ArrayList<>();
        for (RuleKind kind : RuleKind.values()) {
            for (Semantics semantics : Semantics.values()) {
                for (int height = 0; height <= 3; height++) {
                    UpdateRule[] above = {
                        UpdateRule.adam(1e-3), UpdateRule.momentum(1e-6, .5), UpdateRule.sgd(1e-9)
                    };
                    List<UpdateRule> rules = new ArrayList<>(List.of(TowerCase.rule(kind)));
                    rules.addAll(Arrays.asList(above).subList(0, height));
                    cases.add(new TowerCase(kind + " of height " + height, semantics, rules));
                }
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyTowerGoesOn(TowerCase one) throws Exception {
        assertResumes(Training::network, one.builder(), one.rules().size() % 2 == 0);
    }

    @ParameterizedTest
    @EnumSource
    void largeWeightsGoOn(RuleKind kind) throws Exception {
        assertResumes(Training::wide, builder(kind, 1), false);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void listenersMakeNoDifference(boolean listened) throws Exception {
        assertResumes(Training::network, builder(RuleKind.MOMENTUM_SGD, 2), listened);
        assertResumes(Training::withDropout, builder(RuleKind.ADAM, 2), listened);
    }

    @ParameterizedTest
    @EnumSource
    void groupsGoOn(RuleKind kind) throws Exception {
        assertResumes(
                Training::network,
                builder(kind, 2).addGroup("first", path -> path.startsWith("01")),
                true);
        assertResumes(Training::network, builder(kind, 2).optPerParameter(true), true);
    }

    @Test
    void schedulesAndSafeguardsGoOn() throws Exception {
        assertResumes(
                Training::network,
                builder(RuleKind.ADAM, 2)
                        .optBaseSchedule(step -> 2f / (1 + step / 10f))
                        .optSafeguards(Safeguards.recommended()),
                true);
        assertResumes(
                Training::wide,
                builder(RuleKind.SGD, 1)
                        .optRescaleGrad(.5f)
                        .optClipGrad(.1f)
                        .optSafeguards(Safeguards.builder().optCosine(true).build()),
                false);
    }

    /** A new process, another order of events, other parameter ids. */
    @ParameterizedTest
    @EnumSource(names = {"SGD", "ADAM"})
    void anotherProcessGoesOn(RuleKind kind) throws Exception {
        Path file = folder.resolve("tower");
        byte[] weights = firstHalf(Training.network(), builder(kind, 2).build(), true, file);
        Files.write(folder.resolve("weights"), weights);

        List<String> result = child(kind);

        Outcome straight = straight(Training::network, builder(kind, 2), true);
        assertThat(result).isEqualTo(ResumeProgram.text(straight));
        assertThat(straight.learned).isNotEmpty();
    }

    private List<String> child(RuleKind kind) throws Exception {
        Process child =
                new ProcessBuilder(
                                System.getProperty("java.home")
                                        + File.separator
                                        + "bin"
                                        + File.separator
                                        + "java",
                                "-Xmx256m",
                                "-Dai.djl.offline=true",
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ResumeProgram.class.getName(),
                                folder.toString(),
                                kind.name())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile())
                        .start();
        assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(child.exitValue()).as(Files.readString(folder.resolve("log"))).isZero();
        return Files.readAllLines(folder.resolve("result"));
    }

    /** An alpha that nobody tunes changes too when a tower goes back. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void halvedAlphaGoesOn(int height) throws Exception {
        HyperTower.Builder builder =
                builder(RuleKind.ADAM, height)
                        .optSafeguards(Safeguards.builder().optRevertOnLossSpike(5, 1).build());
        HyperTower tower = builder.build();
        HyperTower other = builder.build();
        Path file = folder.resolve("tower");
        try (Training training = Training.of(Training.wide(), tower, TowerListener.of(tower))) {
            training.batches(1, 3);
            training.batches(4, 4, (number, batch) -> Training.fill(batch, Float.NaN));
            training.batches(5, 6);
            tower.save(file, training.block());
            byte[] weights = training.saved();
            training.batches(7, 9);
            assertThat(tower.reverts()).isEqualTo(1);
            try (Training next =
                    Training.of(Training.wide(), weights, other, TowerListener.of(other))) {
                other.restore(file, next.block());
                assertThat(other.reverts()).isEqualTo(1);
                next.batches(7, 9);
                Training.assertSameBits(next.weights(), training.weights());
                assertThat(other.learned()).isEqualTo(tower.learned());
            }
        }
    }

    /** Trained on after it was saved, a tower is none the worse for it. */
    @Test
    void savingChangesNothing() throws Exception {
        HyperTower tower = builder(RuleKind.ADAM, 2).build();
        List<double[]> tuning = watch(tower);
        try (Training training = Training.of(Training.network(), tower)) {
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                training.epochs(epoch, epoch + 1);
                tower.save(folder.resolve("tower"), training.block());
            }
            outcome(training, tower, tuning)
                    .assertSameAs(straight(Training::network, builder(RuleKind.ADAM, 2), false));
        }
    }

    /** Saved in the first steps, when a tower without a listener does not know all yet. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void firstStepsCanBeSaved(int steps) throws Exception {
        for (RuleKind kind : List.of(RuleKind.SGD, RuleKind.ADAM)) {
            for (boolean listened : new boolean[] {false, true}) {
                assertResumesAfter(steps, kind, listened);
            }
        }
    }

    private void assertResumesAfter(int steps, RuleKind kind, boolean listened) throws Exception {
        Path file = folder.resolve("tower");
        HyperTower tower = builder(kind, 1).build();
        HyperTower other = builder(kind, 1).build();
        byte[] weights;
        List<float[]> expected;
        try (Training training =
                Training.of(Training.network(), tower, listeners(tower, listened))) {
            training.batches(1, steps);
            tower.save(file, training.block());
            weights = training.saved();
            training.batches(steps + 1, 9);
            expected = training.weights();
        }
        try (Training training =
                Training.of(Training.network(), weights, other, listeners(other, listened))) {
            other.restore(file, training.block());
            training.batches(steps + 1, 9);
            Training.assertSameBits(training.weights(), expected);
            Training.assertFinite(expected);
            assertThat(other.learned()).isEqualTo(tower.learned());
        }
    }
}
