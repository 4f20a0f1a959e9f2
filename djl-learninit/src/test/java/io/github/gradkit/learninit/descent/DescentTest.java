package io.github.gradkit.learninit.descent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.ArrayCounts;
import io.github.gradkit.learninit.ToyProblem;
import io.github.gradkit.learninit.internal.Draws;
import io.github.gradkit.learninit.problem.FeasibleSet;
import io.github.gradkit.learninit.problem.FeasibleSets;
import io.github.gradkit.learninit.problem.Problem;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DescentTest {

    private static final int INSTANCES = 40;

    private final NDManager manager = NDManager.newBaseManager();
    private final ToyProblem toy = new ToyProblem();
    private final List<Double> x = ToyProblem.instances(INSTANCES, 1);
    private final NDList known = toy.known(manager, x);
    private final NDArray start = Draws.uniform(manager, new Shape(INSTANCES, 1), 2).mul(4).sub(2);

    @AfterEach
    void close() {
        manager.close();
    }

    static Stream<StepRule> rules() {
        return Stream.of(
                StepRule.gradient(), StepRule.sign(), StepRule.momentum(0.8), StepRule.adam());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void agreesWithAPlainTwin(StepRule rule) {
        Problem<Double> boxed = new Boxed(toy, FeasibleSets.box(-1.1, 0.9));
        NDArray inside = start.maximum(-1.1f).minimum(0.9f);
        Descent descent =
                Descent.builder().setStep(0.02).optRule(rule).optSteps(25).optCurve(true).build();
        Solution solution = descent.solve(boxed, known, inside);
        for (int i = 0; i < INSTANCES; i++) {
            DescentTwin twin = new DescentTwin(x.get(i), rule.name(), 0.02, -1.1, 0.9);
            twin.run(inside.toFloatArray()[i], 25);
            assertThat(solution.values().get(i)).isCloseTo(twin.bestValue, within(1e-5));
            assertThat((double) solution.argument().toFloatArray()[i])
                    .isCloseTo(twin.best, within(2e-3));
            for (int s = 0; s <= 25; s++) {
                assertThat(solution.curve().get(s).get(i))
                        .isCloseTo(twin.curve.get(s), within(1e-5));
            }
        }
    }

    @Test
    void countsOneGradientAStepAndOneValueAtTheEnd() {
        Solution solution =
                Descent.builder().setStep(0.05).optSteps(7).build().solve(toy, known, start);
        assertThat(solution.cost().gradients()).isEqualTo(7 * INSTANCES);
        assertThat(solution.cost().values()).isEqualTo(INSTANCES);
        assertThat(solution.cost().predictions()).isZero();
        assertThat(solution.cost().nanos()).isPositive();
        assertThat(solution.steps()).containsOnly(7);
        assertThat(solution.curve()).isEmpty();
    }

    @Test
    void withoutStepsTheStartIsEvaluated() {
        Solution solution =
                Descent.builder().setStep(1).optSteps(0).build().solve(toy, known, start);
        assertThat(solution.argument().toFloatArray()).isEqualTo(start.toFloatArray());
        assertThat(solution.values().get(3))
                .isCloseTo(ToyProblem.value(start.toFloatArray()[3], x.get(3)), within(1e-5));
        assertThat(solution.cost().gradients()).isZero();
    }

    @Test
    void aSolutionIsNeverWorseThanItsStartEvenWithAbsurdSteps() {
        Problem<Double> boxed = new Boxed(toy, FeasibleSets.box(-2, 2));
        Solution solution =
                Descent.builder()
                        .setStep(3)
                        .optSteps(5)
                        .optCurve(true)
                        .build()
                        .solve(boxed, known, start);
        for (int i = 0; i < INSTANCES; i++) {
            double before = ToyProblem.value(start.toFloatArray()[i], x.get(i));
            assertThat(solution.values().get(i)).isLessThanOrEqualTo(before + 1e-5);
            for (int s = 1; s <= 5; s++) {
                assertThat(solution.curve().get(s).get(i))
                        .isLessThanOrEqualTo(solution.curve().get(s - 1).get(i));
            }
        }
    }

    @Test
    void aStartAtTheSolutionTakesNoSteps() {
        Descent descent = Descent.builder().setStep(0.05).optSteps(300).optTolerance(1e-4).build();
        Solution first = descent.solve(toy, known, start);
        assertThat(first.steps()).allMatch(s -> s > 0 && s < 300);
        assertThat(first.cost().gradients())
                .isEqualTo(first.steps().stream().mapToInt(s -> s + 1).sum());
        assertThat(first.cost().values()).isZero();
        // Values don't tell arguments apart whose gradient is below about 1e-3: float32.
        Descent looser = Descent.builder().setStep(0.05).optSteps(300).optTolerance(3e-3).build();
        Solution again = looser.solve(toy, known, first.argument());
        assertThat(again.steps()).containsOnly(0);
        assertThat(again.cost().gradients()).isEqualTo(INSTANCES);
        assertThat(again.argument().toFloatArray()).isEqualTo(first.argument().toFloatArray());
    }

    @Test
    void instancesStopByThemselves() {
        NDArray both = start.duplicate();
        Descent long300 = Descent.builder().setStep(0.05).optSteps(300).optTolerance(1e-4).build();
        Solution together = long300.solve(toy, known, both);
        for (int i = 0; i < 5; i++) {
            NDList one = toy.known(manager, x.subList(i, i + 1));
            Solution alone = long300.solve(toy, one, both.get(i + ":" + (i + 1)));
            assertThat(alone.steps().get(0)).isEqualTo(together.steps().get(i));
            assertThat(alone.values().get(0)).isEqualTo(together.values().get(i));
        }
    }

    @Test
    void neitherTheStartNorWhatIsKnownIsChangedAndNothingIsLeft() {
        Descent descent =
                Descent.builder()
                        .setStep(0.05)
                        .optSteps(5)
                        .optRule(StepRule.adam())
                        .optTolerance(1e-3)
                        .build();
        float[] before = start.toFloatArray();
        descent.solve(toy, known, start).argument().close();
        int count = ArrayCounts.of(manager);
        for (int i = 0; i < 5; i++) {
            descent.solve(toy, known, start).argument().close();
        }
        assertThat(ArrayCounts.of(manager)).isEqualTo(count);
        assertThat(start.toFloatArray()).isEqualTo(before);
        assertThat(start.hasGradient()).isFalse();
    }

    @Test
    void aNaNValueIsAnErrorThatNamesTheInstanceAndLeavesNothing() {
        Problem<Double> broken =
                new Changed(toy, (k, t) -> toy.value(k, t).add(t.sum(new int[] {1}).log()));
        NDArray good = start.abs().add(0.1f);
        float[] numbers = good.toFloatArray();
        numbers[6] = -1;
        NDArray bad = manager.create(numbers, good.getShape());
        int count = ArrayCounts.of(manager);
        Descent descent = Descent.builder().setStep(0.05).optSteps(3).build();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> descent.solve(broken, known, bad))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("instance 6")
                    .hasMessageContaining("NaN");
        }
        assertThat(ArrayCounts.of(manager)).isEqualTo(count);
        // A collector that stayed open would not let another one open.
        descent.solve(toy, known, start);
    }

    @Test
    void anExceptionOfTheObjectiveLeavesNothing() {
        Problem<Double> broken =
                new Changed(
                        toy,
                        (k, t) -> {
                            t.square();
                            throw new UnsupportedOperationException("of the user");
                        });
        int count = ArrayCounts.of(manager);
        Descent descent = Descent.builder().setStep(0.05).build();
        assertThatThrownBy(() -> descent.solve(broken, known, start)).hasMessage("of the user");
        assertThat(ArrayCounts.of(manager)).isEqualTo(count);
        descent.solve(toy, known, start);
    }

    @Test
    void refusesObjectivesThatCantBeUsed() {
        Descent descent = Descent.builder().setStep(0.05).build();
        Problem<Double> constant = new Changed(toy, (k, t) -> k.head().sum(new int[] {1}));
        assertThatThrownBy(() -> descent.solve(constant, known, start))
                .hasMessageContaining("differentiated");
        Problem<Double> summed = new Changed(toy, (k, t) -> t.sum());
        assertThatThrownBy(() -> descent.solve(summed, known, start))
                .hasMessageContaining("one float32 value per instance");
        assertThatThrownBy(() -> descent.solve(toy, known, start.get("1:")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(39, 1)");
    }

    @Test
    void buildersNameWhatIsMissingOrWrong() {
        assertThatThrownBy(() -> Descent.builder().build()).hasMessageContaining("setStep");
        assertThatThrownBy(() -> Descent.builder().setStep(-1)).hasMessageContaining("-1.0");
        assertThatThrownBy(() -> Descent.builder().optSteps(-1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> Descent.builder().optTolerance(Double.NaN))
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> StepRule.momentum(1)).hasMessageContaining("1.0");
    }

    /** The toy problem in another set. */
    private record Boxed(ToyProblem toy, FeasibleSet set) implements Problem<Double> {

        @Override
        public Shape argument() {
            return toy.argument();
        }

        @Override
        public NDList known(NDManager owner, List<Double> instances) {
            return toy.known(owner, instances);
        }

        @Override
        public NDArray value(NDList knownHere, NDArray argument) {
            return toy.value(knownHere, argument);
        }

        @Override
        public FeasibleSet feasible(NDList knownHere) {
            return set;
        }
    }

    /** The toy problem with another objective. */
    private record Changed(ToyProblem toy, BiFunction<NDList, NDArray, NDArray> objective)
            implements Problem<Double> {

        @Override
        public Shape argument() {
            return toy.argument();
        }

        @Override
        public NDList known(NDManager owner, List<Double> instances) {
            return toy.known(owner, instances);
        }

        @Override
        public NDArray value(NDList knownHere, NDArray argument) {
            return objective.apply(knownHere, argument);
        }

        @Override
        public FeasibleSet feasible(NDList knownHere) {
            return toy.feasible(knownHere);
        }
    }
}
