package io.github.gradkit.adm.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.adm.loss.GaussianAffinity.Method;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GaussianGridTest {

    private static final int VALUES = 5;

    /** Images of any size whose colours are random, from 0 to a highest one. */
    private static PixelFeatures features(int side, double highest) {
        Random random = new Random(1);
        double[][] axes = new double[5][side * side];
        for (int pixel = 0; pixel < side * side; pixel++) {
            axes[0][pixel] = pixel % side / GaussianAffinity.POSITION_SIGMA_DEFAULT;
            axes[1][pixel] = Math.floorDiv(pixel, side) / GaussianAffinity.POSITION_SIGMA_DEFAULT;
            for (int c = 2; c < 5; c++) {
                axes[c][pixel] =
                        highest * random.nextDouble() / GaussianAffinity.COLOUR_SIGMA_DEFAULT;
            }
        }
        return new PixelFeatures(axes);
    }

    private static float[] values(int pixels) {
        float[] values = new float[pixels * VALUES];
        Random random = new Random(2);
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 1.5, 2, 3, 4.9, 5, 100})
    void sumsDoNotDependOnHowManyValuesFitAtOnce(double fitting) {
        PixelFeatures features = features(9, 0.2);
        float[] values = values(81);
        GaussianGrid whole = new GaussianGrid(features);
        GaussianGrid grouped = new GaussianGrid(features, fitting * whole.cells());

        assertThat(grouped.sums(values, VALUES)).isEqualTo(whole.sums(values, VALUES));
        assertThat(grouped.cost(VALUES)).isFinite();
    }

    @Test
    void gridThatDoesNotHoldOneValueIsRefused() {
        PixelFeatures features = features(9, 0.2);
        double cells = new GaussianGrid(features).cells();
        GaussianGrid small = new GaussianGrid(features, cells - 1);

        assertThat(small.cost(1)).isInfinite();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> small.sums(values(81), VALUES))
                .withMessageContaining(Double.toString(cells - 1));
    }

    @Test
    void largeImageOfManyLabelsAndAllColoursIsSummedOnAGrid() {
        PixelFeatures features = features(321, 1);
        GaussianGrid grid = new GaussianGrid(features);

        assertThat(grid.cells() * 21).isGreaterThan(1 << 25);
        assertThat(GaussianAffinity.builder().build().choose(features, grid, 21))
                .isEqualTo(Method.GRID);
    }

    @Test
    void eachMethodThatIsChosenIsLoggedOnce() {
        PixelFeatures small = features(9, 1);
        PixelFeatures large = features(100, 0.1);
        GaussianAffinity affinity = GaussianAffinity.builder().build();

        String log =
                logOf(
                        () -> {
                            for (int i = 0; i < 3; i++) {
                                affinity.choose(small, new GaussianGrid(small), 2);
                                affinity.choose(large, new GaussianGrid(large), 2);
                            }
                        });

        assertThat(log).containsOnlyOnce("EXACT").containsOnlyOnce("GRID");
        assertThat(log).contains("81 pixels", "10000 pixels");
    }

    @Test
    void methodThatWasAskedForIsNotLogged() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray images = Scenes.images(manager, new Shape(1, 3, 6, 6), 1);
            for (Method method : new Method[] {Method.EXACT, Method.GRID}) {
                GaussianAffinity affinity = GaussianAffinity.builder().optMethod(method).build();
                assertThat(logOf(() -> affinity.sums(images, images))).doesNotContain("pixels");
            }
        }
    }

    private static String logOf(Runnable run) {
        PrintStream error = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            run.run();
        } finally {
            System.setErr(error);
        }
        return log.toString(StandardCharsets.UTF_8);
    }
}
