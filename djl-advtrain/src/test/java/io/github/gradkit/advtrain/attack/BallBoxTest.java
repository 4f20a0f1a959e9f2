package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BallBoxTest {

    private static final int ROWS = 6;
    private static final int COLUMNS = 5;

    private final Random random = new Random(7);
    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @CsvSource({
        "L1, FLOAT32",
        "L1, FLOAT64",
        "L2, FLOAT32",
        "L2, FLOAT64",
        "LINF, FLOAT32",
        "LINF, FLOAT64"
    })
    void resultsAreLikeTheirOperandAndLeaveItAlone(Norm norm, DataType type) {
        BallBox box = pixels(type, norm);
        try (NDManager own = manager.newSubManager()) {
            NDArray u = Boxes.gaussian(own, type, 3, random, ROWS, COLUMNS);
            byte[] before = u.toByteArray();
            for (NDArray result : results(box, u)) {
                assertThat(result.getDataType()).isEqualTo(type);
                assertThat(result.getDevice()).isEqualTo(u.getDevice());
                assertThat(result.getManager()).isSameAs(own);
            }
            assertThat(u.toByteArray()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void manyUsesLeaveNoArrayBehind(Norm norm) {
        BallBox box = pixels(DataType.FLOAT32, norm);
        NDArray u = Boxes.gaussian(manager, DataType.FLOAT32, 3, random, ROWS, COLUMNS);
        // One NaN, so that its path is taken too.
        u.set(new NDIndex("0, 0"), Float.NaN);
        NDArray indices = manager.create(new long[] {4, 0});
        int before = manager.getManagedArrays().size();
        for (int i = 0; i < 100; i++) {
            results(box, u).forEach(NDArray::close);
            box.uniform(SampleRandom.of(i, new long[ROWS], 0)).close();
            box.onSurface(SampleRandom.of(i, new long[ROWS], 0)).close();
            BallBox part = box.rows(indices);
            part.lower().close();
            part.upper().close();
        }

        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void resultsOutliveTheGarbageCollector(Norm norm) {
        BallBox box = pixels(DataType.FLOAT32, norm);
        NDArray u = Boxes.gaussian(manager, DataType.FLOAT32, 3, random, ROWS, COLUMNS);
        List<byte[]> expected = new ArrayList<>();
        List<NDArray> kept = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            kept.addAll(results(box, u));
        }
        kept.forEach(array -> expected.add(array.toByteArray()));
        for (int i = 0; i < 200; i++) {
            if (i % 50 == 0) {
                System.gc();
            }
            ByteBuffer.allocateDirect(ROWS * COLUMNS * Float.BYTES).putInt(0, -1);
        }

        assertThat(kept.stream().map(NDArray::toByteArray)).containsExactlyElementsOf(expected);
    }

    @Test
    void gradientRecordingOperandIsFine() {
        BallBox box = pixels(DataType.FLOAT32, Norm.L2);
        NDArray u = Boxes.gaussian(manager, DataType.FLOAT32, 3, random, ROWS, COLUMNS);
        u.setRequiresGradient(true);

        assertThat(results(box, u)).noneMatch(NDArray::hasGradient);
        assertThat(results(box.withEpsilon(0), u)).noneMatch(NDArray::hasGradient);
    }

    @Test
    void normsAreThoseOfTheRows() {
        NDArray u =
                Boxes.matrix(
                        manager, DataType.FLOAT32, new double[] {3, -4}, new double[] {1e30, 0});

        assertThat(norms(Norm.L1, u)).containsExactly(7, 1e30f);
        assertThat(norms(Norm.L2, u)).containsExactly(5, 1e30f);
        assertThat(norms(Norm.LINF, u)).containsExactly(4, 1e30f);
    }

    @Test
    void rowsAreGatheredInTheOrderGiven() {
        BallBox box =
                Boxes.box(
                        manager,
                        DataType.FLOAT32,
                        Norm.L1,
                        2,
                        new double[] {1},
                        new double[] {2},
                        new double[] {3});

        BallBox part = box.rows(manager.create(new long[] {2, 0, 2}));

        assertThat(part.upper().toFloatArray()).containsExactly(3, 1, 3);
        assertThat(part.lower().toFloatArray()).containsExactly(-3, -1, -3);
        assertThat(part.upper().getShape()).isEqualTo(new Shape(3, 1));
        assertThat(part.epsilon()).isEqualTo(2);
        assertThat(part.norm()).isEqualTo(Norm.L1);
    }

    @Test
    void anotherRadiusSharesTheLimits() {
        BallBox box = pixels(DataType.FLOAT32, Norm.L2);
        BallBox wider = box.withEpsilon(9);

        assertThat(wider.epsilon()).isEqualTo(9);
        assertThat(wider.lower()).isSameAs(box.lower());
        assertThat(wider.upper()).isSameAs(box.upper());
    }

    @Test
    void radiusThatIsNoneIsRefused() {
        BallBox box = pixels(DataType.FLOAT32, Norm.L2);
        for (double radius : new double[] {-1, Double.NaN, Boxes.FREE}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> box.withEpsilon(radius))
                    .withMessageContaining(Double.toString(radius))
                    .withMessageContaining("finite");
        }
    }

    @Test
    void limitsAndOperandsOfAnotherFormAreRefused() {
        NDArray flat = manager.zeros(new Shape(3));
        NDArray whole = manager.zeros(new Shape(3, 2), DataType.INT32);
        NDArray single = manager.zeros(new Shape(3, 2));
        NDArray wide = manager.zeros(new Shape(3, 2), DataType.FLOAT64);
        BallBox box = new BallBox(Norm.L1, 1, single, single);

        refuse("(3)", () -> new BallBox(Norm.L1, 1, flat, flat));
        refuse("int32", () -> new BallBox(Norm.L1, 1, whole, whole));
        refuse("float64", () -> new BallBox(Norm.L1, 1, single, wide));
        refuse("float64", () -> box.project(wide));
        refuse("(2, 3)", () -> box.steepest(manager.zeros(new Shape(2, 3))));
        refuse("1 random generators", () -> box.uniform(SampleRandom.of(1, new long[1], 0)));
        refuse("2 numbers of top", () -> box.steepestTop(single, single, new int[2]));
    }

    private static void refuse(String seen, Runnable use) {
        assertThatIllegalArgumentException().isThrownBy(use::run).withMessageContaining(seen);
    }

    private List<NDArray> results(BallBox box, NDArray u) {
        return List.of(
                box.project(u),
                box.steepest(u),
                box.steepestWithin(u),
                box.steepestTop(u, u, new int[ROWS]),
                box.norms(u));
    }

    private float[] norms(Norm norm, NDArray u) {
        return new BallBox(norm, 1, u, u).norms(u).toFloatArray();
    }

    private BallBox pixels(DataType type, Norm norm) {
        return Boxes.pixels(manager, type, norm, 0.5, random, ROWS, COLUMNS);
    }
}
