package io.github.gradkit.examples.adacomp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.github.gradkit.examples.CommandRun;
import io.github.gradkit.examples.CommandTest;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Four learners on all digits. Adam takes longer to catch up than gradient descent. */
class ConvergenceTest extends CommandTest {

    ConvergenceTest() {
        super("adacomp");
    }

    @ParameterizedTest
    @CsvSource({"sgd,12", "adam,30"})
    void compressedTrainingEndsWithinAPointOfDenseTraining(String optimizer, int epochs)
            throws Exception {
        double difference = 0;
        for (int seed = 1; seed <= 3; seed++) {
            CommandRun run =
                    runWith(
                            List.of("--compressor=adacomp"),
                            "--optimizer=" + optimizer,
                            "--epochs=" + epochs,
                            "--seed=" + seed);
            assertThat(run.code()).as(run.err()).isZero();
            JsonObject figures = figures();
            difference +=
                    figures.get("accuracyAdaComp").getAsDouble()
                            - figures.get("accuracyDense").getAsDouble();
            assertThat(figures.get("rateBytes").getAsDouble()).isGreaterThan(100);
        }
        assertThat(difference / 3).isGreaterThan(-.01);
    }
}
