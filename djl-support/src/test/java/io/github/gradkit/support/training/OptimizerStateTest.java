package io.github.gradkit.support.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Parameter;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.github.gradkit.support.TestModels;
import io.github.gradkit.support.model.ParameterPaths;
import io.github.gradkit.support.state.StateFile;
import io.github.gradkit.support.state.StateFileException;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizerStateTest {

    @TempDir private Path folder;

    static Stream<Supplier<Optimizer>> optimizers() {
        Tracker rate = Tracker.fixed(0.1f);
        return Stream.of(
                () -> Optimizer.sgd().setLearningRateTracker(rate).optMomentum(0.9f).build(),
                () -> Optimizer.sgd().setLearningRateTracker(halving()).build(),
                () -> Optimizer.adam().optLearningRateTracker(rate).build(),
                () -> Optimizer.adamW().optLearningRateTracker(rate).build());
    }

    private static Tracker halving() {
        return Tracker.multiFactor()
                .setBaseValue(0.1f)
                .optFactor(0.5f)
                .setSteps(new int[] {1, 2, 3, 4})
                .build();
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void aLoadedOptimizerGoesOnAsTheSavedOne(Supplier<Optimizer> make) throws Exception {
        try (Model whole = TestModels.network();
                Model other = TestModels.network()) {
            Optimizer saved = make.get();
            steps(saved, whole, 3);
            OptimizerState.save(folder.resolve("state"), saved, whole.getBlock());
            copy(whole, other);
            steps(saved, whole, 2);

            Optimizer loaded = make.get();
            OptimizerState.load(folder.resolve("state"), loaded, other.getBlock());
            steps(loaded, other, 2);
            assertThat(TestModels.values(other.getBlock()))
                    .isEqualTo(TestModels.values(whole.getBlock()));

            OptimizerState.save(folder.resolve("again"), loaded, other.getBlock());
            assertThat(StateFile.readHeader(folder.resolve("again")).properties())
                    .containsEntry("updates", "5")
                    .containsEntry("count/01Linear_weight", "5");
        }
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void withoutItsStateAnOptimizerGoesOnOtherwise(Supplier<Optimizer> make) throws Exception {
        try (Model whole = TestModels.network();
                Model other = TestModels.network()) {
            Optimizer saved = make.get();
            steps(saved, whole, 3);
            copy(whole, other);
            steps(saved, whole, 2);
            steps(make.get(), other, 2);
            assertThat(TestModels.values(other.getBlock()))
                    .isNotEqualTo(TestModels.values(whole.getBlock()));
        }
    }

    /**
     * DJL's PyTorch engine takes no step with some of these; their fields are known all the same.
     */
    static Stream<Supplier<Optimizer>> allOptimizers() {
        Tracker rate = Tracker.fixed(0.1f);
        return Stream.of(
                () -> Optimizer.sgd().setLearningRateTracker(rate).build(),
                () -> Optimizer.nag().setLearningRateTracker(rate).setMomentum(0.9f).build(),
                () -> Optimizer.adam().build(),
                () -> Optimizer.adamW().build(),
                () -> Optimizer.rmsprop().build(),
                () -> Optimizer.adagrad().build(),
                () -> Optimizer.adadelta().build());
    }

    @ParameterizedTest
    @MethodSource("allOptimizers")
    void allThatAnOptimizerRemembersIsSavedAndLoaded(Supplier<Optimizer> make) throws Exception {
        Path file = folder.resolve("state");
        Optimizer saved = make.get();
        Optimizer loaded = make.get();
        try (Model model = TestModels.network();
                NDManager manager = model.getNDManager().newSubManager()) {
            OptimizerInternals memory = OptimizerInternals.of(saved);
            List<String> fields = memory.fields();
            assertThat(fields).containsExactlyInAnyOrderElementsOf(arraysOf(saved));
            String id = ParameterPaths.of(model.getBlock()).values().iterator().next().getId();
            memory.clear(7);
            memory.counts().put(id, 5);
            for (int i = 0; i < fields.size(); i++) {
                NDArray value = manager.create(new float[] {i, -i});
                memory.put(fields.get(i), id, value, value.getDevice());
            }
            OptimizerState.save(file, saved, model.getBlock());
            OptimizerState.load(file, loaded, model.getBlock());

            OptimizerInternals back = OptimizerInternals.of(loaded);
            assertThat(back.updates()).isEqualTo(7);
            assertThat(back.counts()).containsExactly(Map.entry(id, 5));
            for (int i = 0; i < fields.size(); i++) {
                assertThat(back.array(fields.get(i), id).orElseThrow().toFloatArray())
                        .isEqualTo(new float[] {i, -i});
            }
            memory.clear(0);
            back.clear(0);
        }
    }

    /** The fields with arrays by parameter and device, as DJL declares them. */
    private static List<String> arraysOf(Optimizer optimizer) {
        return Stream.of(optimizer.getClass().getDeclaredFields())
                .filter(field -> field.getGenericType().getTypeName().contains("NDArray"))
                .map(Field::getName)
                .toList();
    }

    @Test
    void loadingForgetsWhatTheOptimizerRemembered() throws Exception {
        try (Model model = TestModels.network()) {
            Optimizer fresh = optimizers().findFirst().orElseThrow().get();
            OptimizerState.save(folder.resolve("fresh"), fresh, model.getBlock());
            steps(fresh, model, 3);
            OptimizerState.load(folder.resolve("fresh"), fresh, model.getBlock());
            OptimizerState.save(folder.resolve("again"), fresh, model.getBlock());
            assertThat(folder.resolve("again")).hasSameBinaryContentAs(folder.resolve("fresh"));
        }
    }

    @Test
    void refusesAnotherOptimizerAnotherModelAndUnknownOptimizers() throws Exception {
        Path file = folder.resolve("state");
        Optimizer sgd = optimizers().findFirst().orElseThrow().get();
        try (Model model = TestModels.network()) {
            OptimizerState.save(file, sgd, model.getBlock());
            assertThatExceptionOfType(StateFileException.class)
                    .isThrownBy(
                            () ->
                                    OptimizerState.load(
                                            file, Optimizer.adam().build(), model.getBlock()))
                    .withMessageContaining("Sgd")
                    .withMessageContaining("Adam");
            assertThatExceptionOfType(StateFileException.class)
                    .isThrownBy(
                            () ->
                                    OptimizerState.load(
                                            file,
                                            sgd,
                                            model.getBlock().getChildren().get(0).getValue()))
                    .withMessageContaining("fingerprint");
            Optimizer unknown =
                    new Optimizer(Optimizer.adam()) {
                        @Override
                        public void update(String parameterId, NDArray weight, NDArray grad) {}
                    };
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> OptimizerState.save(file, unknown, model.getBlock()))
                    .withMessageContaining("HyperTower");
        }
    }

    private static void steps(Optimizer optimizer, Model model, int steps) {
        for (int i = 0; i < steps; i++) {
            TestModels.backward(model.getBlock(), model.getNDManager(), 1);
            for (Parameter parameter : ParameterPaths.of(model.getBlock()).values()) {
                if (parameter.requiresGradient()) {
                    NDArray array = parameter.getArray();
                    try (NDArray gradient = array.getGradient();
                            NDArray copy = gradient.duplicate()) {
                        optimizer.update(parameter.getId(), array, copy);
                    }
                }
            }
        }
    }

    private static void copy(Model from, Model to) {
        Map<String, Parameter> sources = ParameterPaths.of(from.getBlock());
        ParameterPaths.of(to.getBlock())
                .forEach(
                        (path, target) -> {
                            try (NDManager manager = to.getNDManager().newSubManager()) {
                                NDArray source = sources.get(path).getArray().stopGradient();
                                source.attach(manager);
                                NDArray detached = target.getArray().stopGradient();
                                detached.attach(manager);
                                detached.set(new NDIndex("..."), source);
                            }
                        });
    }
}
