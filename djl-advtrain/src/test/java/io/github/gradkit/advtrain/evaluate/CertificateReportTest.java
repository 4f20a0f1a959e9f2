package io.github.gradkit.advtrain.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Fgsm;
import io.github.gradkit.advtrain.attack.Norm;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The exact robustness of linear models. */
class CertificateReportTest {

    private static final int FEATURES = 6;
    private static final int EXAMPLES = 60;

    private NDManager manager;
    private NDArray inputs;
    private float[] values;
    private int[] labels;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
        values = new float[EXAMPLES * FEATURES];
        Random random = new Random(3);
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        inputs = manager.create(values, new Shape(EXAMPLES, 2, 3));
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private Linear linear(int units) {
        Linear linear = Linear.builder().setUnits(units).build();
        linear.initialize(manager, DataType.FLOAT32, new Shape(1, FEATURES));
        Random random = new Random(units);
        float[] weight = new float[units * FEATURES];
        float[] bias = new float[units];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (float) random.nextGaussian();
            // All classes are as good in the middle of the box.
            bias[i / FEATURES] -= weight[i] / 2;
        }
        set(linear, "weight", manager.create(weight, new Shape(units, FEATURES)));
        set(linear, "bias", manager.create(bias));
        return linear;
    }

    private static void set(Block block, String name, NDArray values) {
        block.getParameters().get(name).getArray().set(new NDIndex("..."), values);
    }

    /** Labels every example as the model does. */
    private RobustnessReport evaluate(Block block, Block scores, EpsilonBall ball, int units) {
        return evaluate(block, scores, ball, units, 0);
    }

    private RobustnessReport evaluate(
            Block block, Block scores, EpsilonBall ball, int units, int checklistExamples) {
        try (NDManager scratch = manager.newSubManager()) {
            NDArray flat = inputs.reshape(EXAMPLES, FEATURES);
            flat.attach(scratch);
            NDArray logits =
                    scores.forward(new ParameterStore(scratch, false), new NDList(flat), false)
                            .head();
            NDArray best =
                    units == 1 ? logits.gt(0).toType(DataType.INT64, false) : logits.argMax(1);
            labels = new int[EXAMPLES];
            long[] classes = best.flatten().toLongArray();
            for (int i = 0; i < EXAMPLES; i++) {
                labels[i] = (int) classes[i];
            }
        }
        return RobustnessEvaluator.builder()
                .setBlock(block)
                .setBall(ball)
                .addAttack(Fgsm::of)
                .optChecklistExamples(checklistExamples)
                .build()
                .evaluate(inputs, manager.create(labels));
    }

    /** Tries all corners of the ball and box, where the worst linf perturbation is. */
    private int bruteForce(Linear linear, EpsilonBall ball, boolean... free) {
        float[] weight = linear.getParameters().get("weight").getArray().toFloatArray();
        float[] bias = linear.getParameters().get("bias").getArray().toFloatArray();
        int safe = 0;
        for (int i = 0; i < EXAMPLES; i++) {
            boolean robust = true;
            for (int corner = 0; corner < 1 << FEATURES; corner++) {
                double[] x = new double[FEATURES];
                for (int j = 0; j < FEATURES; j++) {
                    double step = (corner >> j & 1) == 1 ? ball.epsilon() : -ball.epsilon();
                    double moved = values[i * FEATURES + j] + (free[j] ? step : 0);
                    x[j] = Math.min(1, Math.max(0, moved));
                }
                robust &= margin(weight, bias, x, labels[i]) > 0;
            }
            safe += robust ? 1 : 0;
        }
        return safe;
    }

    private static double margin(float[] weight, float[] bias, double[] x, int label) {
        double[] scores = new double[Math.max(2, bias.length)];
        for (int c = 0; c < bias.length; c++) {
            int place = c + scores.length - bias.length;
            scores[place] = bias[c];
            for (int j = 0; j < x.length; j++) {
                scores[place] += weight[c * x.length + j] * x[j];
            }
        }
        double other = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < scores.length; c++) {
            other = c == label ? other : Math.max(other, scores[c]);
        }
        return scores[label] - other;
    }

    private static boolean[] all() {
        boolean[] free = new boolean[FEATURES];
        Arrays.fill(free, true);
        return free;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void agreesWithBruteForceOverTheCorners(int units) {
        Linear linear = linear(units);
        Block block =
                new SequentialBlock()
                        .add(Blocks.batchFlattenBlock())
                        .add(new SequentialBlock().add(linear));
        EpsilonBall ball = EpsilonBall.linf(0.12).within(0, 1);
        RobustnessReport report = evaluate(block, linear, ball, units);
        Certificate certificate = report.certificate().orElseThrow();
        assertThat(certificate.accuracy().correct())
                .isEqualTo(bruteForce(linear, ball, all()))
                .isBetween(5, 55);
        assertThat(certificate.contradictions()).isZero();
        assertThat(report.robust().correct() - certificate.missed())
                .isEqualTo(certificate.accuracy().correct());
    }

    @Test
    void featuresThatMayNotChangeStay() {
        boolean[] free = {true, false, true, true, false, true};
        Linear linear = linear(4);
        Block block = new SequentialBlock().add(Blocks.batchFlattenBlock()).add(linear);
        EpsilonBall ball =
                EpsilonBall.builder()
                        .setNorm(Norm.LINF)
                        .setEpsilon(0.15)
                        .optBounds(0, 1)
                        .optMutable(free)
                        .build();
        Certificate certificate = evaluate(block, linear, ball, 4).certificate().orElseThrow();
        int expected = bruteForce(linear, ball, free);
        assertThat(certificate.accuracy().correct()).isEqualTo(expected);
        assertThat(expected).isNotEqualTo(bruteForce(linear, ball, all()));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 2})
    void aScaleOfTheBallIsAScaleOfTheRadius(double scale) {
        Linear linear = linear(4);
        Block block = new SequentialBlock().add(Blocks.batchFlattenBlock()).add(linear);
        double[] units = new double[FEATURES];
        Arrays.fill(units, scale);
        for (Norm norm : Norm.values()) {
            EpsilonBall scaled =
                    EpsilonBall.builder()
                            .setNorm(norm)
                            .setEpsilon(0.2 / scale)
                            .optBounds(0, 1)
                            .optScale(units)
                            .build();
            EpsilonBall plain = EpsilonBall.of(norm, 0.2).within(0, 1);
            assertThat(evaluate(block, linear, scaled, 4).certificate().orElseThrow().accuracy())
                    .isEqualTo(
                            evaluate(block, linear, plain, 4)
                                    .certificate()
                                    .orElseThrow()
                                    .accuracy());
        }
    }

    @Test
    void theCurveCarriesExactFiguresToo() {
        Linear linear = linear(4);
        Block block = new SequentialBlock().add(Blocks.batchFlattenBlock()).add(linear);
        EpsilonBall ball = EpsilonBall.l2(0.2).within(0, 1);
        for (CurvePoint point : evaluate(block, linear, ball, 4).curve()) {
            Accuracy certified = point.certified();
            assertThat(certified).isNotNull();
            assertThat(certified.correct()).isLessThanOrEqualTo(point.accuracy().correct());
        }
    }

    @Test
    void aLinearModelIsNotBlamedForWhatSimplePgdMisses() {
        RobustnessReport report = withChecklist(20, EpsilonBall.linf(0.1));
        ChecklistLine line = report.checklist().line(ChecklistItem.BLACK_BOX);
        assertThat(line.verdict()).as(line.toString()).isEqualTo(Verdict.PASS);
        assertThat(line.measured()).doesNotContain("of 0 that withstood PGD");
    }

    @Test
    void linearModelsHideNothingSoTheyAreNotFlagged() {
        for (int units : new int[] {1, 4, 12, 40}) {
            for (Norm norm : Norm.values()) {
                RobustnessReport report =
                        withChecklist(units, EpsilonBall.of(norm, norm == Norm.L1 ? 0.2 : 0.1));
                assertThat(report.flagged()).as("%s", report.checklist()).isFalse();
                assertThat(report.certificate().orElseThrow().contradictions()).isZero();
            }
        }
    }

    private RobustnessReport withChecklist(int units, EpsilonBall ball) {
        Linear linear = linear(units);
        Block block = new SequentialBlock().add(Blocks.batchFlattenBlock()).add(linear);
        return evaluate(block, linear, ball.within(0, 1), units, EXAMPLES);
    }

    @Test
    void nothingIsCertifiedThatIsNotLinear() {
        Linear linear = linear(4);
        EpsilonBall ball = EpsilonBall.linf(0.1).within(0, 1);
        Block relu =
                new SequentialBlock()
                        .add(Blocks.batchFlattenBlock())
                        .add(linear)
                        .add(Activation.reluBlock());
        Block liar =
                new SequentialBlock()
                        .add(Blocks.batchFlattenBlock())
                        .add(linear)
                        .add(LambdaBlock.singleton(NDArray::abs, "identity"));
        Block two =
                new SequentialBlock()
                        .add(Blocks.batchFlattenBlock())
                        .add(linear(FEATURES))
                        .add(linear);
        for (Block block : new Block[] {relu, liar, two}) {
            assertThat(evaluate(block, linear, ball, 4).certificate()).isEmpty();
        }
    }
}
