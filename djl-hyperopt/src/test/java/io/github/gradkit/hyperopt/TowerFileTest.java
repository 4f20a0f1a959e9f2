package io.github.gradkit.hyperopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import io.github.gradkit.support.model.ModelFingerprint;
import io.github.gradkit.support.state.StateFile;
import io.github.gradkit.support.state.StateFileException;
import io.github.gradkit.support.state.StateHeader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that can't be read or written, and files of others. */
class TowerFileTest {

    @TempDir private Path folder;

    private Path file;
    private byte[] weights;

    /** What a training that went on from the good file came to. */
    private List<float[]> expected;

    private static HyperTower.Builder builder() {
        return HyperTower.builder()
                .setBase(UpdateRule.adam(.01))
                .tunedBy(UpdateRule.adam(1e-3))
                .tunedBy(UpdateRule.sgd(1e-5));
    }

    @BeforeEach
    void writeFile() throws Exception {
        file = folder.resolve("tower");
        HyperTower tower = builder().build();
        try (Training training = Training.of(Training.network(), tower)) {
            training.batches(1, 5);
            weights = training.saved();
            tower.save(file, training.block());
            training.batches(6, 9);
            expected = training.weights();
        }
    }

    /** A file is refused, and then the tower can still read a good one. */
    private void assertRefused(Path bad, String... messages) throws Exception {
        HyperTower tower = builder().build();
        try (Training training = Training.of(Training.network(), weights, tower)) {
            List<LearnedValue> before = tower.learned();
            int arrays = training.model.getNDManager().getManagedArrays().size();
            assertThatExceptionOfType(StateFileException.class)
                    .isThrownBy(() -> tower.restore(bad, training.block()))
                    .withMessageContaining(bad.toString())
                    .satisfies(
                            e -> assertThat(List.of(messages)).allMatch(e.getMessage()::contains));
            assertThat(tower.learned()).isEqualTo(before);
            assertThat(tower.steps()).isZero();
            assertThat(tower.keptBytes()).isZero();
            assertThat(training.model.getNDManager().getManagedArrays()).hasSize(arrays);

            tower.restore(file, training.block());
            training.batches(6, 9);
            Training.assertSameBits(training.weights(), expected);
        }
        assertTrainsAsIfNothingHadBeenRead(bad);
    }

    private void assertTrainsAsIfNothingHadBeenRead(Path bad) throws Exception {
        HyperTower tower = builder().build();
        HyperTower fresh = builder().build();
        try (Training training = Training.of(Training.network(), weights, tower);
                Training other = Training.of(Training.network(), weights, fresh)) {
            assertThatExceptionOfType(StateFileException.class)
                    .isThrownBy(() -> tower.restore(bad, training.block()));
            training.batches(6, 9);
            other.batches(6, 9);
            Training.assertSameBits(training.weights(), other.weights());
            assertThat(tower.learned()).isEqualTo(fresh.learned());
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, .002, .02, .3, .6, .9, 1})
    void damagedFileIsRefused(double place) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) (place * (bytes.length - 1))] ^= 0x10;
        Path bad = folder.resolve("bad");
        Files.write(bad, bytes);

        assertRefused(bad);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, .001, .3, .9, .9999})
    void cutOffFileIsRefused(double share) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        Path bad = folder.resolve("bad");
        Files.write(bad, Arrays.copyOf(bytes, (int) (share * bytes.length)));

        assertRefused(bad);
    }

    @Test
    void missingFileIsRefused() throws Exception {
        assertRefused(folder.resolve("none"));
    }

    @Test
    void fileOfAnotherKindIsRefused() throws Exception {
        Path bad = folder.resolve("bad");
        try (Training training = Training.of(Training.network(), builder().build());
                NDManager manager = NDManager.newBaseManager()) {
            StateHeader header =
                    StateHeader.of("checkpoint", 1, ModelFingerprint.of(training.block()));
            StateFile.write(bad, header, Map.of("a", manager.ones(training.weight(0).getShape())));
        }

        assertRefused(bad, "checkpoint", "hyper-tower");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "null", "7"})
    void fileWithoutNumbersIsRefused(String numbers) throws Exception {
        Path bad = folder.resolve("bad");
        try (Training training = Training.of(Training.network(), builder().build());
                NDManager manager = NDManager.newBaseManager()) {
            StateHeader header =
                    StateHeader.of("hyper-tower", 1, ModelFingerprint.of(training.block()))
                            .withProperty("tower", numbers);
            StateFile.write(bad, header, Map.of("a", manager.ones(training.weight(0).getShape())));
        }

        assertRefused(bad, "numbers of a tower", "HyperTower.save");
    }

    /** Writes a file of another tower, for the same model. */
    private Path of(HyperTower.Builder other) throws Exception {
        return of(other, Training.network());
    }

    private Path of(HyperTower.Builder other, Block block) throws Exception {
        Path path = folder.resolve("other");
        HyperTower tower = other.build();
        try (Training training = Training.of(block, tower, TowerListener.of(tower))) {
            training.batches(1, 3);
            tower.save(path, training.block());
        }
        return path;
    }

    @Test
    void fileOfAnotherTowerIsRefused() throws Exception {
        UpdateRule adam = UpdateRule.adam(.01);
        UpdateRule kappa = UpdateRule.adam(1e-3);
        UpdateRule sgd = UpdateRule.sgd(1e-5);
        List<HyperTower.Builder> others =
                List.of(
                        HyperTower.builder().setBase(UpdateRule.rmsProp(.01)).tunedBy(kappa),
                        HyperTower.builder().setBase(adam).tunedBy(sgd).tunedBy(sgd),
                        HyperTower.builder()
                                .setBase(adam.learn(Hyperparameter.ALPHA))
                                .tunedBy(kappa)
                                .tunedBy(sgd),
                        HyperTower.builder()
                                .setBase(
                                        adam.parametrize(Hyperparameter.ALPHA, Parametrization.LOG))
                                .tunedBy(kappa)
                                .tunedBy(sgd),
                        HyperTower.builder().setBase(adam),
                        HyperTower.builder().setBase(adam).tunedBy(kappa),
                        builder().tunedBy(sgd),
                        builder().optSemantics(Semantics.REFERENCE));
        for (HyperTower.Builder other : others) {
            assertRefused(of(other), "another tower", "Adam", "Build the tower as it was");
        }
    }

    @Test
    void fileOfOtherGroupsIsRefused() throws Exception {
        assertRefused(of(builder().optPerParameter(true)), "groups", "01Linear_weight");
        assertRefused(of(builder().addGroup("all", path -> true)), "groups", "all");
    }

    @Test
    void fileOfAnotherModelIsRefused() throws Exception {
        Block other =
                new SequentialBlock()
                        .add(Linear.builder().setUnits(7).build())
                        .add(Activation.reluBlock())
                        .add(Linear.builder().setUnits(3).build());

        assertRefused(of(builder(), other), "model");
    }

    @Test
    void towerThatHasSteppedIsNotMixed() throws Exception {
        HyperTower tower = builder().build();
        HyperTower fresh = builder().build();
        try (Training training = Training.of(Training.network(), tower);
                Training other = Training.of(Training.network(), fresh)) {
            training.batches(1, 4);
            assertThatIllegalStateException()
                    .isThrownBy(() -> tower.restore(file, training.block()))
                    .withMessageContaining("4 steps")
                    .withMessageContaining("new tower");
            training.batches(5, 7);
            other.batches(1, 7);
            Training.assertSameBits(training.weights(), other.weights());
        }
    }

    @Test
    void blockWithOtherParametersIsNotSaved() throws Exception {
        HyperTower tower = builder().build();
        byte[] before = Files.readAllBytes(file);
        try (Training training = Training.of(Training.network(), tower);
                Training other = Training.of(Training.network(), builder().build())) {
            training.batches(1, 2);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tower.save(file, other.block()))
                    .withMessageContaining("block that is trained");
            assertThat(Files.readAllBytes(file)).isEqualTo(before);
        }
    }

    @Test
    void missingFolderIsToldAndTrainingGoesOn() throws Exception {
        HyperTower tower = builder().build();
        HyperTower fresh = builder().build();
        Path nowhere = folder.resolve("none").resolve("tower");
        try (Training training = Training.of(Training.network(), tower);
                Training other = Training.of(Training.network(), fresh)) {
            training.batches(1, 4);
            assertThatExceptionOfType(StateFileException.class)
                    .isThrownBy(() -> tower.save(nowhere, training.block()))
                    .withMessageContaining(nowhere.toString());
            training.batches(5, 7);
            other.batches(1, 7);
            Training.assertSameBits(training.weights(), other.weights());
        }
    }

    @Test
    void fileThatCannotBeReplacedStays() throws Exception {
        // A folder of the same name can't be replaced, whoever runs the test.
        Path taken = Files.createDirectory(folder.resolve("taken"));
        Path inside = Files.writeString(taken.resolve("old"), "old");
        HyperTower tower = builder().build();
        try (Training training = Training.of(Training.network(), tower)) {
            training.batches(1, 3);
            assertThatExceptionOfType(StateFileException.class)
                    .isThrownBy(() -> tower.save(taken, training.block()))
                    .withMessageContaining(taken.toString());
            assertThat(inside).hasContent("old");
            try (var files = Files.list(folder)) {
                assertThat(files.toList()).containsExactlyInAnyOrder(file, taken);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SGD", "ADAM", "RMSPROP"})
    void savingAgainReplaces(RuleKind kind) throws Exception {
        HyperTower tower = ResumeTest.builder(kind, 1).build();
        HyperTower other = ResumeTest.builder(kind, 1).build();
        try (Training training = Training.of(Training.network(), tower)) {
            training.batches(1, 3);
            tower.save(file, training.block());
            training.batches(4, 6);
            tower.save(file, training.block());
            try (Training next = Training.of(Training.network(), training.saved(), other)) {
                other.restore(file, next.block());
                assertThat(other.steps()).isEqualTo(6);
                assertThat(other.learned()).isEqualTo(tower.learned());
            }
        }
    }
}
