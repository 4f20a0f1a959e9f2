package io.github.gradkit.learninit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.ArrayCounts;
import io.github.gradkit.learninit.ToyProblem;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.descent.Solution;
import io.github.gradkit.learninit.problem.FeasibleSet;
import io.github.gradkit.learninit.problem.Problem;
import io.github.gradkit.support.state.StateFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class SolutionLogTest {

    private final NDManager manager = NDManager.newBaseManager();
    private final ToyProblem toy = new ToyProblem();

    @TempDir Path folder;

    @AfterEach
    void close() {
        manager.close();
    }

    /** Adds rows: x, end and value of each. */
    private void add(SolutionLog log, float[]... rows) {
        int n = rows.length;
        float[] x = new float[n];
        float[] end = new float[n];
        Double[] value = new Double[n];
        Integer[] steps = new Integer[n];
        for (int i = 0; i < n; i++) {
            x[i] = rows[i][0];
            end[i] = rows[i][1];
            value[i] = (double) rows[i][2];
            steps[i] = i;
        }
        log.add(
                new NDList(manager.create(x, new Shape(n, 1))),
                manager.zeros(new Shape(n, 1)),
                new Solution(
                        manager.create(end, new Shape(n, 1)),
                        List.of(value),
                        List.of(steps),
                        List.of(),
                        Cost.ZERO));
    }

    private float[] ends(SolutionLog log) {
        return log.ends(manager, log.allRows()).toFloatArray();
    }

    @Test
    void givesBackWhatWasAdded() {
        SolutionLog log = SolutionLog.create(toy);
        assertThat(log.size()).isZero();
        assertThat(log.bestRows()).isEmpty();
        add(log, new float[] {.5f, 1, -3}, new float[] {.25f, 2, -4});
        add(log, new float[] {.75f, 3, -5});
        assertThat(log.size()).isEqualTo(3);
        assertThat(log.known(manager, 2, 0).head().toFloatArray()).containsExactly(.75f, .5f);
        assertThat(log.ends(manager, 1).toFloatArray()).containsExactly(2);
        assertThat(log.starts(manager, 1).toFloatArray()).containsExactly(0);
        assertThat(log.values(manager, 2, 1).toFloatArray()).containsExactly(-5, -4);
        assertThat(log.values(manager, 2, 1).getShape()).isEqualTo(new Shape(2));
        assertThat(log.knownShapes()).containsExactly(new Shape(1));
    }

    @Test
    void findsTheBestRowOfEachInstance() {
        SolutionLog log = SolutionLog.create(toy);
        add(log, new float[] {.5f, 1, 7}, new float[] {.25f, 2, 4}, new float[] {.5f, 3, 6});
        add(log, new float[] {.25f, 4, 4}, new float[] {.5f, 5, 6.5f});
        assertThat(log.bestRows()).containsExactly(2, 1);
    }

    @Test
    void aBoundedLogKeepsTheLatestRows() {
        SolutionLog log = SolutionLog.bounded(toy, 3);
        for (int i = 0; i < 5; i++) {
            add(log, new float[] {i, i, i}, new float[] {i, i + .5f, i});
        }
        assertThat(ends(log)).containsExactly(3.5f, 4, 4.5f);
        add(
                log,
                new float[] {0, 0, 0},
                new float[] {1, 1, 1},
                new float[] {2, 2, 2},
                new float[] {3, 3, 3});
        assertThat(ends(log)).containsExactly(1, 2, 3);
    }

    @Test
    void aFolderKeepsWhatWasSavedAndNothingElse() throws IOException {
        SolutionLog log = SolutionLog.open(folder.resolve("a/b"), toy);
        add(log, new float[] {.5f, 1, -3}, new float[] {.25f, 2, -4});
        log.save();
        log.save();
        add(log, new float[] {.75f, 3, -5});
        log.save();
        add(log, new float[] {.9f, 4, -6});
        // What a killed process leaves of a file that it was writing.
        Files.write(folder.resolve("a/b/.gradkit-1.tmp"), new byte[] {1, 2});

        SolutionLog again = SolutionLog.open(folder.resolve("a/b"), toy);
        assertThat(ends(again)).containsExactly(1, 2, 3);
        assertThat(again.values(manager, 0, 1, 2).toFloatArray()).containsExactly(-3, -4, -5);
        assertThat(again.known(manager, 2).head().toFloatArray()).containsExactly(.75f);
        add(again, new float[] {.8f, 5, -7});
        again.save();
        assertThat(ends(SolutionLog.open(folder.resolve("a/b"), toy))).containsExactly(1, 2, 3, 5);
    }

    @Test
    void aTornFileIsAnErrorAndStaysAsItIs() throws IOException {
        Path file = saved();
        byte[] bytes = Files.readAllBytes(file);
        for (int length : new int[] {0, 5, 60, bytes.length - 1}) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> SolutionLog.open(folder, toy))
                    .isInstanceOf(StateFileException.class)
                    .hasMessageContaining("part-000001");
            assertThat(Files.size(file)).isEqualTo(length);
        }
        bytes[bytes.length - 2] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> SolutionLog.open(folder, toy))
                .isInstanceOf(StateFileException.class)
                .hasMessageContaining("part-000001");
    }

    @Test
    void aForeignFileIsAnError() throws IOException {
        Files.writeString(saved(), "something else, written by another program");
        assertThatThrownBy(() -> SolutionLog.open(folder, toy))
                .isInstanceOf(StateFileException.class)
                .hasMessageContaining("part-000001");
    }

    @Test
    void aMissingFileIsAnError() throws IOException {
        saved();
        Files.delete(folder.resolve("part-000000.solutions"));
        assertThatThrownBy(() -> SolutionLog.open(folder, toy))
                .isInstanceOf(StateFileException.class)
                .hasMessageContaining("part-000000");
    }

    private Path saved() throws IOException {
        SolutionLog log = SolutionLog.open(folder, toy);
        add(log, new float[] {.5f, 1, -3});
        log.save();
        add(log, new float[] {.25f, 2, -4});
        log.save();
        return folder.resolve("part-000001.solutions");
    }

    @Test
    void anotherProblemIsAnError() throws IOException {
        saved();
        Problem<Double> other = new Other(toy, toy.argument());
        assertThatThrownBy(() -> SolutionLog.open(folder, other))
                .isInstanceOf(StateFileException.class)
                .hasMessageContaining("another problem")
                .hasMessageContaining(toy.identity())
                .hasMessageContaining(other.identity());
        SolutionLog mine = SolutionLog.create(other);
        assertThatThrownBy(() -> mine.addAll(SolutionLog.open(folder, toy)))
                .hasMessageContaining("must not be mixed");
    }

    @Test
    void twoWritersDoNotOverwriteEachOther() throws IOException {
        SolutionLog first = SolutionLog.open(folder, toy);
        SolutionLog second = SolutionLog.open(folder, toy);
        add(first, new float[] {.5f, 1, -3});
        add(second, new float[] {.25f, 2, -4});
        first.save();
        assertThatThrownBy(second::save)
                .isInstanceOf(StateFileException.class)
                .hasMessageContaining("part-000000")
                .hasMessageContaining("Another log");
        assertThat(ends(SolutionLog.open(folder, toy))).containsExactly(1);
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void aFileWhoseNameTheDiskDidNotConfirmIsNotWrittenAgain() throws IOException {
        UnconfirmedFolder disk = new UnconfirmedFolder(folder.getFileSystem());
        SolutionLog log = SolutionLog.open(disk.wrap(folder), toy);
        add(log, new float[] {1, 2, 3});
        disk.setFailing(true);
        assertThatThrownBy(log::save)
                .isInstanceOf(StateFileException.class)
                .hasMessageContaining("did not confirm");
        disk.setFailing(false);
        log.save();
        add(log, new float[] {4, 5, 6});
        log.save();
        SolutionLog again = SolutionLog.open(folder, toy);
        assertThat(again.ends(manager, again.allRows()).toFloatArray()).containsExactly(2, 5);
    }

    @Test
    void filesAreFoundWhateverTheLocale() throws IOException {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            saved();
        } finally {
            Locale.setDefault(before);
        }
        assertThat(SolutionLog.open(folder, toy).size()).isEqualTo(2);
    }

    @Test
    void addsAnotherLog() throws IOException {
        saved();
        SolutionLog all = SolutionLog.create(toy);
        all.addAll(SolutionLog.create(toy));
        all.addAll(SolutionLog.open(folder, toy));
        all.addAll(all);
        assertThat(ends(all)).containsExactly(1, 2, 1, 2);
    }

    @Test
    void refusesWhatDoesNotFitAndStaysAsItWas() {
        SolutionLog log = SolutionLog.create(toy);
        add(log, new float[] {.5f, 1, -3});
        assertThatThrownBy(() -> add(log, new float[] {.5f, Float.NaN, -3}))
                .hasMessageContaining("The solution of instance 0")
                .hasMessageContaining("NaN");
        assertThatThrownBy(
                        () ->
                                add(
                                        log,
                                        new float[] {.5f, 1, -3},
                                        new float[] {.5f, 1, Float.POSITIVE_INFINITY}))
                .hasMessageContaining("The value of instance 1");
        NDArray one = manager.ones(new Shape(1, 1));
        Solution solution = new Solution(one, List.of(1.0), List.of(1), List.of(), Cost.ZERO);
        assertThatThrownBy(() -> log.add(new NDList(manager.ones(new Shape(1, 2))), one, solution))
                .hasMessageContaining("same shapes");
        assertThatThrownBy(() -> log.add(new NDList(manager.ones(new Shape(2, 1))), one, solution))
                .hasMessageContaining("2 rows");
        assertThatThrownBy(() -> log.add(new NDList(one), manager.ones(new Shape(1, 3)), solution))
                .hasMessageContaining("(3)");
        assertThatThrownBy(log::save).hasMessageContaining("memory only");
        assertThat(ends(log)).containsExactly(1);
    }

    @Test
    void ownsNoArrays() throws IOException {
        SolutionLog log = SolutionLog.open(folder, toy);
        NDList known = new NDList(manager.ones(new Shape(1, 1)));
        NDArray one = manager.ones(new Shape(1, 1));
        Solution solution = new Solution(one, List.of(1.0), List.of(1), List.of(), Cost.ZERO);
        int count = ArrayCounts.of(manager);
        log.add(known, one, solution);
        log.save();
        log.values(manager, 0).close();
        assertThat(ArrayCounts.of(manager)).isEqualTo(count);
    }

    /** Another problem of the same shapes. */
    private record Other(ToyProblem toy, Shape argument) implements Problem<Double> {

        @Override
        public NDList known(NDManager owner, List<Double> instances) {
            return toy.known(owner, instances);
        }

        @Override
        public NDArray value(NDList known, NDArray argument) {
            return toy.value(known, argument);
        }

        @Override
        public FeasibleSet feasible(NDList known) {
            return toy.feasible(known);
        }
    }
}
