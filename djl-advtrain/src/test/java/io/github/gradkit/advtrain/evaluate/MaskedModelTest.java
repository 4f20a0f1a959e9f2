package io.github.gradkit.advtrain.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import io.github.gradkit.advtrain.attack.Apgd;
import io.github.gradkit.advtrain.attack.AutoAttack;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Fgsm;
import io.github.gradkit.advtrain.attack.Pgd;
import io.github.gradkit.advtrain.attack.Square;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Models that only seem robust are flagged, and one that is what it seems is not. */
class MaskedModelTest {

    private static Blobs blobs;
    private static Model model;

    @BeforeAll
    static void train() throws Exception {
        blobs = new Blobs(150, 1);
        model = blobs.train();
    }

    @AfterAll
    static void close() {
        model.close();
        blobs.close();
    }

    private static RobustnessReport evaluate(Block block, EpsilonBall ball) {
        return RobustnessEvaluator.builder()
                .setBlock(block)
                .setBall(ball)
                .addAttack(Fgsm::of)
                .addAttack(b -> Pgd.builder().setBall(b).optSteps(20).optRestarts(2).build())
                .optChecklistExamples(100)
                .build()
                .evaluate(blobs.inputs(), blobs.labels());
    }

    private static RobustnessReport evaluate(Block block) {
        return evaluate(block, Blobs.BALL);
    }

    private static Verdict verdict(RobustnessReport report, ChecklistItem item) {
        return report.checklist().line(item).verdict();
    }

    @Test
    void anHonestModelPassesEveryLine() {
        RobustnessReport report = evaluate(model.getBlock());
        assertThat(report.checklist().lines())
                .allSatisfy(
                        line ->
                                assertThat(line.verdict())
                                        .as(line.toString())
                                        .isEqualTo(Verdict.PASS));
        assertThat(report.flagged()).isFalse();
        assertThat(report.notes()).isEmpty();
        assertThat(report.clean().share()).isGreaterThan(0.95);
        assertThat(report.robust().share()).isBetween(0.2, 0.95);
    }

    @Test
    void quantisedInputsAreFlagged() {
        RobustnessReport report =
                evaluate(
                        Blobs.wrapped(
                                model.getBlock(),
                                x -> x.mul(3).round().div(3),
                                UnaryOperator.identity()));
        assertThat(report.flagged()).isTrue();
        assertThat(verdict(report, ChecklistItem.GRADIENTS)).isEqualTo(Verdict.FAIL);
        assertThat(verdict(report, ChecklistItem.BLACK_BOX)).isEqualTo(Verdict.FAIL);
        assertThat(report.checklist().line(ChecklistItem.GRADIENTS).measured())
                .contains("gradients are zero");
    }

    /** Whole numbers of another type have no gradient, not even zeros. */
    @Test
    void inputsInBytesAreFlagged() {
        RobustnessReport report =
                evaluate(
                        Blobs.wrapped(
                                model.getBlock(),
                                x ->
                                        x.mul(3)
                                                .round()
                                                .toType(DataType.UINT8, false)
                                                .toType(DataType.FLOAT32, false)
                                                .div(3),
                                UnaryOperator.identity()));
        assertThat(report.flagged()).isTrue();
        assertThat(verdict(report, ChecklistItem.GRADIENTS)).isEqualTo(Verdict.FAIL);
        assertThat(report.checklist().line(ChecklistItem.GRADIENTS).measured())
                .contains("gradients are zero");
    }

    @Test
    void aSquareThatComesFirstHidesNothing() {
        RobustnessReport report =
                RobustnessEvaluator.builder()
                        .setModel(model)
                        .setBall(Blobs.BALL)
                        .addAttack(
                                b ->
                                        AutoAttack.builder()
                                                .setBall(b)
                                                .addAttack(
                                                        Square.builder()
                                                                .setBall(b)
                                                                .optQueries(300)
                                                                .build())
                                                .addAttack(
                                                        Apgd.builder()
                                                                .setBall(b)
                                                                .optSteps(20)
                                                                .build())
                                                .optName("the other way round")
                                                .build())
                        .optChecklistExamples(50)
                        .build()
                        .evaluate(blobs.inputs(), blobs.labels());
        AttackScore score = report.attacks().get(0);
        assertThat(score.name()).isEqualTo("the other way round");
        assertThat(score.stages().get(1).broken()).isPositive();
        assertThat(verdict(report, ChecklistItem.BLACK_BOX)).isEqualTo(Verdict.PASS);
        assertThat(report.checklist().line(ChecklistItem.BLACK_BOX).measured())
                .doesNotContain("Square alone");
    }

    @Test
    void quantisedLogitsAreFlagged() {
        RobustnessReport report =
                evaluate(Blobs.wrapped(model.getBlock(), UnaryOperator.identity(), NDArray::round));
        assertThat(report.flagged()).isTrue();
        assertThat(verdict(report, ChecklistItem.GRADIENTS)).isEqualTo(Verdict.FAIL);
    }

    @Test
    void saturatedLogitsAreFlagged() {
        RobustnessReport report =
                evaluate(
                        Blobs.wrapped(model.getBlock(), UnaryOperator.identity(), x -> x.mul(1e4)));
        assertThat(report.flagged()).isTrue();
        assertThat(verdict(report, ChecklistItem.GRADIENTS)).isEqualTo(Verdict.FAIL);
        assertThat(verdict(report, ChecklistItem.LOSSES_AGREE)).isEqualTo(Verdict.FAIL);
    }

    @Test
    void randomOutputIsFlagged() {
        RobustnessReport report =
                evaluate(Blobs.wrapped(model.getBlock(), Blobs::noisy, UnaryOperator.identity()));
        assertThat(report.flagged()).isTrue();
        assertThat(verdict(report, ChecklistItem.RANDOM_OUTPUT)).isEqualTo(Verdict.FAIL);
    }

    @Test
    void probabilitiesInPlaceOfLogitsAreNoticed() {
        RobustnessReport report =
                evaluate(
                        Blobs.wrapped(
                                model.getBlock(), UnaryOperator.identity(), x -> x.softmax(1)));
        assertThat(verdict(report, ChecklistItem.LOGITS)).isEqualTo(Verdict.WARN);
    }

    @Test
    void moreTargetsThanWrongClassesAreNoticed() {
        RobustnessReport report =
                RobustnessEvaluator.builder()
                        .setModel(model)
                        .setBall(Blobs.BALL)
                        .optEpsilons()
                        .addAttack(Fgsm::of)
                        .optTargets(9)
                        .optChecklistExamples(3)
                        .build()
                        .evaluate(blobs.inputs(), blobs.labels());
        assertThat(verdict(report, ChecklistItem.TARGETS)).isEqualTo(Verdict.WARN);
    }

    @Test
    void accuracyFallsToZeroWhereTheBallHoldsAllInputs() {
        for (EpsilonBall ball : List.of(Blobs.BALL, EpsilonBall.l2(0.25).within(0, 1))) {
            List<CurvePoint> curve = evaluate(model.getBlock(), ball).curve();
            CurvePoint last = curve.get(curve.size() - 1);
            assertThat(last.accuracy().correct()).as("%s", curve).isZero();
            assertThat(curve.get(0).epsilon()).isZero();
        }
    }
}
