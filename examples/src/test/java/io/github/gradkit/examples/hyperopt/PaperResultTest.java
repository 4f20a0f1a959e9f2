package io.github.gradkit.examples.hyperopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaperResultTest {

    private static PaperResult.Line line(Double... errors) {
        List<Trained> ends =
                Arrays.stream(errors).map(error -> new Trained(error, 1, false)).toList();
        return new PaperResult.Line(PaperRow.all().get(0), ends, List.of(), List.of());
    }

    @Test
    void severalRunsHaveAMeanAndTheDeviationOfASample() {
        assertThat(line(.01, .02, .03).error()).isEqualTo("2.00 ± 1.00");
        assertThat(line(.05).error()).isEqualTo("5.00");
    }

    @Test
    void oneDivergedRunIsNotHiddenInTheMean() {
        List<Trained> ends = List.of(new Trained(.01, 1, false), Trained.guessing(10, true));
        PaperResult.Line line =
                new PaperResult.Line(PaperRow.all().get(0), ends, List.of(), List.of());
        assertThat(line.error()).isEqualTo("div");
    }

    @Test
    void plainOptimizerHasNoRerun() {
        assertThat(line(.05).rerun()).isEmpty();
        assertThat(line(.05).learnedText()).isEmpty();
    }

    @Test
    void everyTowerComesAfterItsPlainOptimizer() {
        List<String> names = PaperRow.all().stream().map(PaperRow::name).toList();
        assertThat(names).hasSize(18).doesNotHaveDuplicates();
        assertThat(names).contains("SGD", "Adam", "AdaGrad", "RMSProp");
        for (PaperRow row : PaperRow.all()) {
            boolean plain = names.indexOf(row.name()) == names.indexOf(row.name().split("[ ^]")[0]);
            assertThat(row.parent() == null).as(row.name()).isEqualTo(plain);
        }
    }
}
