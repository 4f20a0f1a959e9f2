package io.github.gradkit.advtrain.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.gradkit.advtrain.attack.BlockScorer;
import io.github.gradkit.advtrain.attack.Fgsm;
import io.github.gradkit.advtrain.attack.GradientScorer;
import io.github.gradkit.advtrain.attack.InputGradient;
import io.github.gradkit.advtrain.attack.Pgd;
import io.github.gradkit.support.state.StateFileException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations that are interrupted. */
class ResumeTest {

    private static Blobs blobs;
    private static Model model;

    @TempDir private Path folder;
    private Path file;

    @BeforeAll
    static void train() throws Exception {
        blobs = new Blobs(60, 1);
        model = blobs.train();
    }

    @AfterAll
    static void close() {
        model.close();
        blobs.close();
    }

    @BeforeEach
    void name() {
        file = folder.resolve("evaluation.state");
    }

    /** Counts the examples it is asked about, and gives up after a number of calls. */
    private static final class Counting implements GradientScorer {

        private final BlockScorer scorer;
        private final int limit;
        private int calls;
        private long examples;

        Counting(BlockScorer scorer, int limit) {
            this.scorer = scorer;
            this.limit = limit;
        }

        private void count(NDArray inputs) {
            if (++calls > limit) {
                throw new IllegalStateException("power cut");
            }
            examples += inputs.getShape().get(0);
        }

        @Override
        public NDArray score(NDArray inputs) {
            count(inputs);
            return scorer.score(inputs);
        }

        @Override
        public InputGradient gradient(NDArray inputs, LossOfLogits loss) {
            count(inputs);
            return scorer.gradient(inputs, loss);
        }
    }

    private static RobustnessEvaluator.Builder builder() {
        return RobustnessEvaluator.builder()
                .setBall(Blobs.BALL)
                .addAttack(Fgsm::of)
                .addAttack(b -> Pgd.builder().setBall(b).optSteps(10).optRestarts(2).build())
                .optBlackBoxAttack(RandomNoises::of)
                .optBatchSize(16)
                .optChecklistExamples(10);
    }

    private static RobustnessReport evaluate(RobustnessEvaluator.Builder builder) {
        return builder.build().evaluate(blobs.inputs(), blobs.labels());
    }

    private static String withoutSeconds(RobustnessReport report) {
        JsonObject json = JsonParser.parseString(report.toJson()).getAsJsonObject();
        for (JsonElement attack : json.getAsJsonArray("attacks")) {
            attack.getAsJsonObject().remove("seconds");
        }
        return json.toString();
    }

    @Test
    void anInterruptedEvaluationEndsAsIfItHadNotBeen() {
        RobustnessReport whole = evaluate(builder().setModel(model));
        try (BlockScorer scorer = BlockScorer.of(model)) {
            Counting undisturbed = new Counting(scorer, Integer.MAX_VALUE);
            evaluate(builder().setScorer(undisturbed));
            int cuts = 0;
            long examples = 0;
            RobustnessReport resumed = null;
            while (resumed == null) {
                Counting cut = new Counting(scorer, undisturbed.calls / 4);
                try {
                    resumed = evaluate(builder().setScorer(cut).optStateFile(file));
                } catch (IllegalStateException e) {
                    assertThat(e).hasMessage("power cut");
                    assertThat(++cuts).isLessThan(20);
                }
                examples += cut.examples;
            }
            assertThat(cuts).isGreaterThanOrEqualTo(3);
            assertThat(withoutSeconds(resumed)).isEqualTo(withoutSeconds(whole));
            assertThat(resumed.examples()).isEqualTo(whole.examples());
            assertThat(examples).isLessThan(2 * undisturbed.examples);
        }
    }

    @Test
    void finishedWorkIsNotDoneAgain() {
        try (BlockScorer scorer = BlockScorer.of(model)) {
            Counting first = new Counting(scorer, Integer.MAX_VALUE);
            RobustnessReport report = evaluate(builder().setScorer(first).optStateFile(file));
            Counting second = new Counting(scorer, Integer.MAX_VALUE);
            RobustnessReport again = evaluate(builder().setScorer(second).optStateFile(file));
            assertThat(first.examples).isGreaterThan(5000);
            // One batch is scored to see that the model is the same.
            assertThat(second.examples).isEqualTo(16);
            assertThat(again.toJson()).isEqualTo(report.toJson());
            assertThat(again.examples()).isEqualTo(report.examples());
        }
    }

    @Test
    void theBatchSizeMayChangeOnTheWay() {
        RobustnessReport report = evaluate(builder().setModel(model).optStateFile(file));
        RobustnessReport other = evaluate(builder().setModel(model).optBatchSize(7));
        assertThat(other.robust()).isEqualTo(report.robust());
        assertThat(other.curve()).isEqualTo(report.curve());
        assertThat(evaluate(builder().setModel(model).optStateFile(file).optBatchSize(7)).toJson())
                .isEqualTo(report.toJson());
    }

    private void assertRefused(RobustnessEvaluator.Builder builder, String... words) {
        assertThatThrownBy(() -> evaluate(builder.optStateFile(file)))
                .isInstanceOf(UncheckedIOException.class)
                .hasCauseInstanceOf(StateFileException.class)
                .hasMessageContainingAll(words)
                .hasMessageContaining(file.toString());
    }

    @Test
    void aStateOfOtherWeightsIsRefused() throws Exception {
        evaluate(builder().setModel(model).optStateFile(file));
        byte[] before = Files.readAllBytes(file);
        try (Model other = blobs.train()) {
            Parameter parameter = other.getBlock().getParameters().valueAt(0);
            try (NDArray changed = parameter.getArray().mul(1.5)) {
                parameter.getArray().set(new ai.djl.ndarray.index.NDIndex("..."), changed);
            }
            assertRefused(builder().setModel(other), "another model", "delete the file");
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void aStateOfAnotherArchitectureIsRefused() throws Exception {
        evaluate(builder().setModel(model).optStateFile(file));
        try (Model other =
                blobs.train(ai.djl.nn.core.Linear.builder().setUnits(Blobs.CLASSES).build())) {
            assertRefused(builder().setModel(other), "fingerprint");
        }
    }

    @Test
    void aStateOfAnotherScorerIsRefused() throws Exception {
        try (BlockScorer scorer = BlockScorer.of(model)) {
            evaluate(builder().setScorer(new Counting(scorer, 1 << 30)).optStateFile(file));
        }
        try (Model other =
                        blobs.train(
                                ai.djl.nn.core.Linear.builder().setUnits(Blobs.CLASSES).build());
                BlockScorer scorer = BlockScorer.of(other)) {
            assertRefused(
                    builder().setScorer(new Counting(scorer, 1 << 30)),
                    "another model",
                    "ahead by");
        }
    }

    @Test
    void aStateOfOtherSettingsIsRefused() {
        evaluate(builder().setModel(model).optStateFile(file));
        assertRefused(builder().setModel(model).setBall(Blobs.BALL.withEpsilon(0.1)), "settings");
        assertRefused(builder().setModel(model).setBall(Blobs.BALL.within(-1, 1)), "settings");
        assertRefused(builder().setModel(model).optSeed(1), "settings");
        assertRefused(builder().setModel(model).optChecklistExamples(11), "settings");
        assertRefused(builder().setModel(model).optEpsilons(0, 1), "settings");
        assertRefused(
                builder().setModel(model).addAttack(b -> Pgd.builder().setBall(b).build()),
                "settings");
    }

    @Test
    void aStateOfOtherDataIsRefused() {
        evaluate(builder().setModel(model).optStateFile(file));
        try (Blobs other = new Blobs(60, 2)) {
            assertThatThrownBy(
                            () ->
                                    builder()
                                            .setModel(model)
                                            .optStateFile(file)
                                            .build()
                                            .evaluate(other.inputs(), other.labels()))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("another data set");
        }
    }

    @Test
    void aTruncatedOrForeignFileIsRefused() throws Exception {
        evaluate(builder().setModel(model).optStateFile(file));
        byte[] bytes = Files.readAllBytes(file);
        for (int length : new int[] {0, 5, 100, bytes.length / 2, bytes.length - 1}) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertRefused(builder().setModel(model), "State file");
        }
        bytes[bytes.length - 3] ^= 1;
        Files.write(file, bytes);
        assertRefused(builder().setModel(model), "State file");
        Files.writeString(file, "my thesis");
        assertRefused(builder().setModel(model), "State file");
        assertThat(file).hasContent("my thesis");
    }

    @Test
    void aStateThatCannotBeWrittenIsReported() {
        file = folder.resolve("missing/evaluation.state");
        assertRefused(builder().setModel(model), "folder does not exist");
    }
}
