package io.github.gradkit.advtrain.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.util.Progress;
import io.github.gradkit.advtrain.attack.Apgd;
import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Fgsm;
import io.github.gradkit.advtrain.attack.Pgd;
import io.github.gradkit.advtrain.attack.Scorer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an evaluation measures, and on which data. */
class EvaluatorTest {

    private static final Function<EpsilonBall, Attack> PGD =
            b -> Pgd.builder().setBall(b).optSteps(10).optRestarts(2).build();

    private static Blobs blobs;
    private static Model model;

    @BeforeAll
    static void train() throws Exception {
        blobs = new Blobs(90, 1);
        model = blobs.train();
    }

    @AfterAll
    static void close() {
        model.close();
        blobs.close();
    }

    private static RobustnessEvaluator.Builder builder() {
        return RobustnessEvaluator.builder()
                .setModel(model)
                .setBall(Blobs.BALL.withEpsilon(0.2))
                .optChecklistExamples(0);
    }

    private static RobustnessReport evaluate(RobustnessEvaluator.Builder builder) {
        return builder.build().evaluate(blobs.inputs(), blobs.labels());
    }

    @Test
    void byDefaultTheThreeColumnsOfTheTableAreMeasured() {
        RobustnessReport report =
                RobustnessEvaluator.builder()
                        .setModel(model)
                        .setBall(Blobs.BALL)
                        .optChecklistExamples(12)
                        .build()
                        .evaluate(blobs.inputs().get("0:24"), blobs.labels().get("0:24"));
        assertThat(report.attacks().stream().map(AttackScore::name))
                .containsExactly("FGSM", "PGD-50x10", "AutoAttack");
        assertThat(report.attack("AutoAttack").orElseThrow().stages()).hasSize(5);
        assertThat(report.attack("FGSM").orElseThrow().stages()).isEmpty();
    }

    @Test
    void robustAccuracyNeverRisesWhenAnAttackIsAdded() {
        RobustnessReport one = evaluate(builder().addAttack(Fgsm::of));
        RobustnessReport two = evaluate(builder().addAttack(Fgsm::of).addAttack(PGD));
        assertThat(two.robust().correct()).isLessThanOrEqualTo(one.robust().correct());
        assertThat(two.attacks().get(0).accuracy()).isEqualTo(one.attacks().get(0).accuracy());
        int before = two.clean().correct();
        for (AttackScore score : two.attacks()) {
            assertThat(score.worstSoFar().correct())
                    .isLessThanOrEqualTo(Math.min(before, score.accuracy().correct()));
            before = score.worstSoFar().correct();
        }
        assertThat(two.robust().correct()).isLessThanOrEqualTo(before);
        assertThat(two.robust().correct()).isBetween(1, 89);
    }

    @Test
    void theCurveFallsAndMeetsTheWorstCaseAtEpsilon() {
        RobustnessReport report = evaluate(builder().addAttack(PGD));
        int before = Integer.MAX_VALUE;
        for (CurvePoint point : report.curve()) {
            assertThat(point.accuracy().correct()).isLessThanOrEqualTo(before);
            before = point.accuracy().correct();
            if (point.epsilon() == 0.2) {
                assertThat(point.accuracy()).isEqualTo(report.robust());
            }
        }
        assertThat(report.curve().get(0).accuracy()).isEqualTo(report.clean());
        assertThat(report.curve()).hasSize(6);
        assertThat(before).isZero();
    }

    @Test
    void figuresAreThoseOfTheExamples() {
        RobustnessReport report = evaluate(builder().addAttack(PGD));
        List<ExampleScore> examples = report.examples();
        assertThat(examples).hasSize(90);
        assertThat(examples.stream().filter(ExampleScore::robust))
                .hasSize(report.robust().correct());
        assertThat(examples.stream().filter(ExampleScore::correct))
                .hasSize(report.clean().correct());
        assertThat(examples)
                .allSatisfy(
                        e ->
                                assertThat(e.robust())
                                        .as(e.toString())
                                        .isEqualTo(e.correct() && e.worstMargin() > 0));
        int robust = report.perClass().stream().mapToInt(c -> c.robust().correct()).sum();
        int total = report.perClass().stream().mapToInt(c -> c.clean().total()).sum();
        assertThat(robust).isEqualTo(report.robust().correct());
        assertThat(total).isEqualTo(90);
    }

    @Test
    void aShuffledDataSetIsReadInTheOrderOfItsIndices() {
        RobustnessReport arrays = evaluate(builder().addAttack(PGD));
        RobustnessReport shuffled = builder().addAttack(PGD).build().evaluate(blobs.dataset(true));
        assertThat(shuffled.examples()).isEqualTo(arrays.examples());
        assertThat(shuffled.curve()).isEqualTo(arrays.curve());
    }

    @Test
    void aPartOfADataSetKeepsItsOwnOrder() throws Exception {
        List<Long> backwards = new ArrayList<>();
        for (long i = 89; i >= 0; i--) {
            backwards.add(i);
        }
        List<ExampleScore> whole = evaluate(builder().addAttack(Fgsm::of).optEpsilons()).examples();
        List<ExampleScore> part =
                builder()
                        .addAttack(Fgsm::of)
                        .optEpsilons()
                        .build()
                        .evaluate(blobs.dataset(true).subDataset(backwards))
                        .examples();
        for (int i = 0; i < 90; i++) {
            assertThat(part.get(i).label()).isEqualTo(whole.get(89 - i).label());
            assertThat(part.get(i).robust()).isEqualTo(whole.get(89 - i).robust());
        }
    }

    @Test
    void oneHotLabelsAreClasses() {
        NDArray oneHot = blobs.labels().oneHot(3);
        RobustnessReport report =
                builder().addAttack(Fgsm::of).build().evaluate(blobs.inputs(), oneHot);
        assertThat(report.clean()).isEqualTo(evaluate(builder().addAttack(Fgsm::of)).clean());
    }

    /** Examples of two lengths. */
    private static final class Ragged extends RandomAccessDataset {

        Ragged() {
            super(new Builder());
        }

        private static final class Builder extends BaseBuilder<Builder> {
            Builder() {
                setSampling(1, false);
            }

            @Override
            protected Builder self() {
                return this;
            }
        }

        @Override
        public Record get(NDManager manager, long index) {
            return new Record(
                    new NDList(manager.ones(new Shape(index < 4 ? 6 : 5))),
                    new NDList(manager.create(0)));
        }

        @Override
        protected long availableSize() {
            return 8;
        }

        @Override
        public void prepare(Progress progress) {}
    }

    @Test
    void examplesOfDifferentShapesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().optBatchSize(4).build().evaluate(new Ragged()))
                .withMessageContainingAll("index 4", "(5)", "(6)", "pad");
    }

    @Test
    void anEmptyDataSetIsRefused() {
        NDArray none = blobs.manager().create(new Shape(0, 6));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> builder().build().evaluate(none, blobs.manager().create(new int[0])))
                .withMessageContaining("no example");
        ArrayDataset empty =
                new ArrayDataset.Builder()
                        .setData(none)
                        .optLabels(blobs.manager().create(new int[0]))
                        .setSampling(1, false)
                        .build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().build().evaluate(empty))
                .withMessageContaining("no example");
    }

    @Test
    void anExampleThatIsNotANumberIsNamed() {
        NDArray inputs = blobs.inputs().duplicate();
        inputs.set(new ai.djl.ndarray.index.NDIndex("17, 2"), Float.NaN);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().build().evaluate(inputs, blobs.labels()))
                .withMessageContaining("Example 17 holds the value NaN");
    }

    @Test
    void scoresThatAreNotNumbersCountAsWrongAndAreReported() {
        Scorer broken = x -> x.get("..., 0:3").mul(Float.NaN);
        RobustnessReport report =
                evaluate(
                        builder()
                                .setScorer(broken)
                                .optChecklistExamples(20)
                                .addAttack(b -> RandomNoises.of(b)));
        assertThat(report.clean().correct()).isZero();
        assertThat(report.robust().correct()).isZero();
        assertThat(report.notes()).anySatisfy(n -> assertThat(n).contains("90 examples"));
        assertThat(report.checklist().line(ChecklistItem.EPSILON_SWEEP).verdict())
                .isEqualTo(Verdict.SKIPPED);
        assertThat(report.toJson()).doesNotContain("NaN");
        assertThat(report.toReport().toHtml()).contains("Robust accuracy");
    }

    @Test
    void aModelOfAnotherKindNeedsNoGradients() {
        // A decision by one feature, which has no gradient anywhere.
        Scorer stump =
                x -> x.get("..., 0:1").gt(0.5).toType(ai.djl.ndarray.types.DataType.FLOAT32, false);
        int[] labels = new int[90];
        float[] values = blobs.inputs().toFloatArray();
        for (int i = 0; i < 90; i++) {
            labels[i] = values[i * Blobs.FEATURES] > 0.5 ? 1 : 0;
        }
        // One output, so a logit: never below 0, hence class 0 wins only ties.
        RobustnessReport report =
                RobustnessEvaluator.builder()
                        .setScorer(stump)
                        .setBall(Blobs.BALL)
                        .addAttack(RandomNoises::of)
                        .optCurveAttack(RandomNoises::of)
                        .optBlackBoxAttack(RandomNoises::of)
                        .build()
                        .evaluate(blobs.inputs(), blobs.manager().create(labels));
        assertThat(report.clean().correct()).isEqualTo(90);
        assertThat(report.certificate()).isEmpty();
        assertThat(report.checklist().line(ChecklistItem.GRADIENTS).verdict())
                .isEqualTo(Verdict.SKIPPED);
        assertThat(report.checklist().line(ChecklistItem.RANDOM_OUTPUT).verdict())
                .isEqualTo(Verdict.PASS);
        assertThat(report.convergence()).isEmpty();
        assertThat(report.classes()).isEqualTo(2);
    }

    @Test
    void aForwardPassThatTakesGradientsIsNoticed() {
        Scorer searching =
                x -> {
                    try (ai.djl.training.GradientCollector collector =
                            x.getManager().getEngine().newGradientCollector()) {
                        NDArray scores = x.get("..., 0:3").duplicate();
                        assertThat(collector).isNotNull();
                        return scores;
                    }
                };
        RobustnessReport report =
                evaluate(
                        builder()
                                .setScorer(searching)
                                .optChecklistExamples(5)
                                .optCurveAttack(RandomNoises::of)
                                .optBlackBoxAttack(RandomNoises::of)
                                .addAttack(RandomNoises::of));
        assertThat(report.checklist().line(ChecklistItem.INNER_OPTIMISATION).verdict())
                .isEqualTo(Verdict.WARN);
    }

    @Test
    void progressIsToldOfEveryRun() {
        List<String> runs = new ArrayList<>();
        long[] steps = {0};
        Progress bar =
                new Progress() {
                    @Override
                    public void reset(String message, long max, String trailing) {
                        runs.add(message);
                        steps[0] += max;
                    }

                    @Override
                    public void start(long initial) {}

                    @Override
                    public void end() {}

                    @Override
                    public void increment(long increment) {
                        steps[0] -= increment;
                    }

                    @Override
                    public void update(long progress, String message) {}
                };
        evaluate(builder().addAttack(Fgsm::of).optEpsilons(0, 0.3).optProgress(bar));
        assertThat(runs).containsExactly("clean", "FGSM at epsilon 0.2", "PGD-50 at epsilon 0.3");
        assertThat(steps[0]).isZero();
    }

    @Test
    void stepsMayBeInProportionToTheRadiusAndAttacksHaveNames() {
        RobustnessReport report =
                evaluate(
                        builder()
                                .addAttack(b -> apgd(b, 1, "first"))
                                .addAttack(b -> apgd(b, 2, "second"))
                                .optCurveAttack(
                                        b ->
                                                Pgd.builder()
                                                        .setBall(b)
                                                        .optStepSize(b.epsilon() / 2)
                                                        .optSteps(3)
                                                        .build())
                                .optChecklistExamples(5));
        assertThat(report.attacks().stream().map(AttackScore::name))
                .containsExactly("first", "second");
        assertThat(report.checklist().lines()).hasSize(ChecklistItem.values().length);
    }

    private static Attack apgd(EpsilonBall ball, long seed, String name) {
        return Apgd.builder().setBall(ball).optSteps(2).optSeed(seed).optName(name).build();
    }

    @Test
    void whatIsMissingOrContradictoryIsRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> RobustnessEvaluator.builder().setBall(Blobs.BALL).build())
                .withMessageContaining("setModel");
        assertThatIllegalStateException()
                .isThrownBy(() -> RobustnessEvaluator.builder().setModel(model).build())
                .withMessageContaining("setBall");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().addAttack(Fgsm::of).addAttack(Fgsm::of).build())
                .withMessageContaining("Two attacks are named FGSM");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().addAttack(b -> Fgsm.of(EpsilonBall.l2(1))).build())
                .withMessageContainingAll("l2 epsilon 1.0", "linf epsilon 0.2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().optCurveAttack(b -> Fgsm.of(Blobs.BALL)).build())
                .withMessageContainingAll("FGSM works within linf epsilon", "Make the attack from");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> builder().optBlackBoxAttack(b -> Fgsm.of(b.withEpsilon(1))).build())
                .withMessageContainingAll("linf epsilon 1.0", "Make the attack from");
        assertThatIllegalArgumentException().isThrownBy(() -> builder().optEpsilons(0, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().optBatchSize(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().optChecklistExamples(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().optTargets(0));
    }

    private static List<String> notes(EpsilonBall ball) {
        return evaluate(builder().setBall(ball).addAttack(RandomNoises::of).optEpsilons()).notes();
    }

    @Test
    void aRadiusOfTheWrongNormIsPointedOut() {
        assertThat(notes(EpsilonBall.linf(0.2).within(0, 1))).isEmpty();
        assertThat(notes(EpsilonBall.l2(0.5).within(0, 1))).isEmpty();
        assertThat(notes(EpsilonBall.l2(0.001).within(0, 1)))
                .singleElement()
                .asString()
                .contains("8/255");
        assertThat(notes(EpsilonBall.l2(8 / 255.0).within(0, 255)))
                .singleElement()
                .asString()
                .contains("8/255");
        assertThat(notes(EpsilonBall.linf(8).within(0, 1)))
                .singleElement()
                .asString()
                .contains("whole range");
        assertThat(notes(EpsilonBall.linf(0.6).within(0, 1)))
                .singleElement()
                .asString()
                .contains("half of the range");
        assertThat(notes(EpsilonBall.linf(0.1))).singleElement().asString().contains("no bounds");
    }
}
