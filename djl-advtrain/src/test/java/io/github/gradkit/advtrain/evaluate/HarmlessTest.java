package io.github.gradkit.advtrain.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.Fgsm;
import io.github.gradkit.advtrain.attack.Pgd;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An evaluation leaves nothing behind. */
class HarmlessTest {

    private Blobs blobs;
    private Model model;

    @BeforeEach
    void train() throws Exception {
        blobs = new Blobs(60, 1);
        model =
                blobs.train(
                        new SequentialBlock()
                                .add(Linear.builder().setUnits(8).build())
                                .add(BatchNorm.builder().build())
                                .add(Activation.reluBlock())
                                .add(Dropout.builder().optRate(0.2f).build())
                                .add(Linear.builder().setUnits(3).build()));
        backward();
        model.getBlock().getParameters().valueAt(1).freeze(true);
    }

    @AfterEach
    void close() {
        model.close();
        blobs.close();
    }

    /** Leaves gradients that are worth keeping. */
    private void backward() {
        ParameterStore store = new ParameterStore(model.getNDManager(), false);
        try (GradientCollector collector =
                model.getNDManager().getEngine().newGradientCollector()) {
            NDArray logits =
                    model.getBlock().forward(store, new NDList(blobs.inputs()), true).head();
            collector.backward(logits.logSoftmax(1).get("..., 0").sum());
        }
    }

    private List<Object> state() {
        List<Object> state = new ArrayList<>();
        Block block = model.getBlock();
        for (Parameter parameter : block.getParameters().values()) {
            NDArray array = parameter.getArray();
            state.add(bytes(array));
            state.add(parameter.requiresGradient());
            state.add(array.hasGradient());
            if (array.hasGradient()) {
                try (NDArray gradient = array.getGradient()) {
                    state.add(bytes(gradient));
                }
            }
        }
        state.add(bytes(blobs.inputs()));
        return state;
    }

    private static List<Integer> bytes(NDArray array) {
        List<Integer> bits = new ArrayList<>();
        for (float value : array.toFloatArray()) {
            bits.add(Float.floatToRawIntBits(value));
        }
        return bits;
    }

    private RobustnessEvaluator.Builder builder() {
        return RobustnessEvaluator.builder()
                .setModel(model)
                .setBall(Blobs.BALL)
                .addAttack(Fgsm::of)
                .addAttack(b -> Pgd.builder().setBall(b).optSteps(5).build())
                .optChecklistExamples(10);
    }

    @Test
    void weightsGradientsFlagsAndStatisticsAreUntouched() {
        List<Object> before = state();
        RobustnessReport report = builder().build().evaluate(blobs.inputs(), blobs.labels());
        assertThat(report.clean().share()).isGreaterThan(0.8);
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void everythingIsRestoredAfterAnException() {
        List<Object> before = state();
        Attack failing =
                Pgd.builder()
                        .setBall(Blobs.BALL)
                        .optStart(
                                request -> {
                                    throw new IllegalStateException("no start");
                                })
                        .build();
        assertThatThrownBy(
                        () ->
                                builder()
                                        .addAttack(b -> failing)
                                        .build()
                                        .evaluate(blobs.inputs(), blobs.labels()))
                .hasMessage("no start");
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void noArrayIsLeftBehind() {
        RobustnessEvaluator evaluator = builder().build();
        NDArray labels = blobs.labels();
        evaluator.evaluate(blobs.inputs(), labels);
        int own = model.getNDManager().getManagedArrays().size();
        int theirs = blobs.manager().getManagedArrays().size();
        int weights =
                model.getBlock()
                        .getParameters()
                        .valueAt(0)
                        .getArray()
                        .getManager()
                        .getManagedArrays()
                        .size();
        evaluator.evaluate(blobs.inputs(), labels);
        assertThat(model.getNDManager().getManagedArrays()).hasSize(own);
        assertThat(blobs.manager().getManagedArrays()).hasSize(theirs);
        assertThat(
                        model.getBlock()
                                .getParameters()
                                .valueAt(0)
                                .getArray()
                                .getManager()
                                .getManagedArrays())
                .hasSize(weights);
    }
}
