package io.github.gradkit.learninit.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.github.gradkit.learninit.ArrayCounts;
import io.github.gradkit.learninit.problem.Problem;
import io.github.gradkit.learninit.start.StartRule;
import io.github.gradkit.learninit.start.Starts;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LearnedConstantsTest {

    private static final int SIZE = LinearClassifier.SIZE;

    private final NDManager manager = NDManager.newBaseManager();
    private final Block block = new LinearClassifier(1).block(manager);
    private final ExplanationProblem problem = problem(Contrast.NEGATIVE);
    private final NDArray seen = images(200, 1);
    private final NDArray fresh = images(40, 2);

    @AfterEach
    void close() {
        manager.close();
    }

    /** A problem whose constant is much too small. */
    private ExplanationProblem problem(Contrast contrast) {
        return ExplanationProblem.builder()
                .setContrast(contrast)
                .setShape(new Shape(SIZE))
                .setClassifier(block)
                .optConstant(1e-3)
                .build();
    }

    private NDArray images(int count, long seed) {
        Random random = new Random(seed);
        float[] numbers = new float[count * SIZE];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextFloat();
        }
        return manager.create(numbers, new Shape(count, SIZE));
    }

    private ContrastiveExplainer.Builder explainer(int searches) {
        return ContrastiveExplainer.builder()
                .setProblem(problem)
                .optSolver(Fista.builder().optSteps(60).build())
                .optSearches(searches);
    }

    private LearnedConstants.Builder builder(Explanations explanations) {
        return LearnedConstants.builder()
                .setProblem(problem)
                .setExplanations(seen, explanations)
                .optEpochs(40);
    }

    @Test
    void aSearchFromLearnedConstantsFindsWithinTwoWhatTheOtherOneDoesNot() {
        try (Explanations known = explainer(9).build().explain(seen);
                LearnedConstants constants = builder(known).fit();
                Explanations plain = explainer(2).build().explain(fresh);
                Explanations all = explainer(9).build().explain(fresh);
                Explanations learned =
                        explainer(2).optConstants(constants).build().explain(fresh)) {
            assertThat(all.foundRate()).isGreaterThan(0.5);
            assertThat(plain.foundRate()).isLessThan(all.foundRate() / 2);
            assertThat(learned.foundRate()).isGreaterThan(0.95 * all.foundRate());
            assertThat(learned.cost().predictions()).isEqualTo(40);
            double least = Double.POSITIVE_INFINITY;
            double most = 0;
            for (Explanation row : known.rows()) {
                if (row.found()) {
                    least = Math.min(least, row.constant());
                    most = Math.max(most, row.constant());
                }
            }
            for (double constant : constants.predict(fresh)) {
                assertThat(constant).isBetween(least * (1 - 1e-5), most * (1 + 1e-5));
            }
        }
    }

    @Test
    void theStartRuleKnowsTheLearnedConstants() {
        List<Float> seenByRule = new ArrayList<>();
        try (Explanations known = explainer(6).build().explain(seen);
                LearnedConstants constants = builder(known).optEpochs(2).fit()) {
            ContrastiveExplainer.Builder one =
                    explainer(1).optConstants(constants).optStart(new Listening(seenByRule));
            one.build().explain(fresh).close();
            double[] expected = constants.predict(fresh);
            assertThat(seenByRule).hasSize(40);
            for (int i = 0; i < expected.length; i++) {
                assertThat(seenByRule.get(i)).isEqualTo((float) expected[i]);
            }
        }
    }

    /** Starts at zero and notes the constants. */
    private record Listening(List<Float> constants) implements StartRule {

        @Override
        public String name() {
            return "listening";
        }

        @Override
        public Proposal propose(Problem<?> problem, NDList known, long seed) {
            for (float constant : known.get(2).toFloatArray()) {
                constants.add(constant);
            }
            return Starts.zero().propose(problem, known, seed);
        }
    }

    @Test
    void sameSeedGivesTheSameConstantsAndNothingIsLeftBehind() {
        try (Explanations known = explainer(5).build().explain(seen);
                LearnedConstants first = builder(known).optEpochs(2).optSeed(3).fit();
                LearnedConstants other = builder(known).optEpochs(2).optSeed(4).fit()) {
            int arrays = ArrayCounts.of(manager);
            try (LearnedConstants again = builder(known).optEpochs(2).optSeed(3).fit()) {
                double[] constants = first.predict(fresh);
                assertThat(again.predict(fresh)).containsExactly(constants);
                assertThat(other.predict(fresh)).isNotEqualTo(constants);
            }
            assertThat(ArrayCounts.of(manager)).isEqualTo(arrays);
        }
    }

    @Test
    void refusesWhatCanNotBeLearned() {
        assertThatThrownBy(() -> LearnedConstants.builder().fit())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("setProblem");
        try (Explanations none = explainer(1).build().explain(seen)) {
            assertThat(none.foundRate()).isZero();
            assertThatThrownBy(() -> builder(none).fit())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("None of the 200 inputs");
            assertThatThrownBy(() -> builder(none).setExplanations(fresh, none).fit())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("200 explanations for 40 inputs");
        }
        try (Explanations known = explainer(6).build().explain(seen);
                LearnedConstants constants = builder(known).optEpochs(1).fit()) {
            ContrastiveExplainer.Builder wrong =
                    ContrastiveExplainer.builder()
                            .setProblem(problem(Contrast.POSITIVE))
                            .optConstants(constants);
            assertThatThrownBy(wrong::build)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("learned for the problem")
                    .hasMessageContaining("POSITIVE");
        }
    }
}
