package io.github.gradkit.examples.adacomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.gradkit.examples.data.DataSetName;
import io.github.gradkit.examples.data.ImageData;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FindingsTest {

    private static final int TEST_IMAGES = 100;

    private static Outcome outcome(CompressorKind kind, double accuracy, long bytes) {
        Tally tally = new Tally();
        tally.add(Reports.step(Reports.layer("w", 10, bytes)));
        tally.sent(bytes);
        tally.layers(List.of(Reports.traffic("w", 1, 10, bytes)));
        return new Outcome(kind, List.of(accuracy), tally, 10, 1);
    }

    private static Result result(@Nullable Link link, int learners, Outcome... outcomes)
            throws IOException {
        ImageData data = DataSetName.DIGITS.load(null, 1).limit(TEST_IMAGES, 1);
        List<CompressorKind> kinds = Arrays.stream(outcomes).map(Outcome::kind).toList();
        Settings settings =
                new Settings(DataSetName.DIGITS, 1, learners, OptimizerKind.SGD, kinds, 1, 4, link);
        return new Result(settings, data, List.of(outcomes));
    }

    private static Outcome dense(double accuracy) {
        return outcome(CompressorKind.DENSE, accuracy, 4000);
    }

    @ParameterizedTest
    @CsvSource({
        "0.9, 100, 40 times fewer, ends as accurate",
        "0.9004, 4000, 1.0 times fewer, ends as accurate",
        "0.92, 401, 10 times fewer, ends 2.0 points more accurate",
        "0.875, 800, 5.0 times fewer, ends 2.5 points less accurate"
    })
    void summaryTellsRateAndDifference(double accuracy, long bytes, String rate, String end)
            throws Exception {
        Outcome compressed = outcome(CompressorKind.ADACOMP, accuracy, bytes);
        assertThat(Findings.summary(result(null, 2, dense(.9), compressed)))
                .startsWith("AdaComp sent " + rate + " bytes than dense gradients (400 times in")
                .contains(end)
                .doesNotContain("-");
    }

    @Test
    void adaCompComesFirstWhereverItStands() throws Exception {
        Outcome topK = outcome(CompressorKind.TOPK, .9, 100);
        Outcome adaComp = outcome(CompressorKind.ADACOMP, .9, 100);
        assertThat(Findings.summary(result(null, 2, dense(.9), topK, adaComp)))
                .startsWith("AdaComp");
        assertThat(Findings.summary(result(null, 2, dense(.9), topK))).startsWith("Top 1 %");
        assertThat(Findings.summary(result(null, 2, dense(.9)))).contains("nothing to compare");
    }

    @Test
    void evenPerfectAccuracyIsUncertain() throws Exception {
        assertThat(Findings.uncertainty(result(null, 2, dense(1))))
                .contains("With 100 test images", "up to 1.8 points");
        assertThat(Findings.uncertainty(result(null, 2, dense(.5)))).contains("up to 9.6 points");
    }

    @Test
    void linkComparesStepTimes() throws Exception {
        Link link = new Link(1e6, .001);
        // 10 ms, 2 ms and 4 ms, 1 ms of latency, and 32 ms for 4000 bytes or 0.8 ms for 100.
        Outcome adaComp = outcome(CompressorKind.ADACOMP, .9, 100);
        assertThat(Findings.link(result(link, 2, dense(.9), adaComp)).orElseThrow())
                .contains("On a link of 1 Mbit/s, 1 ms, a step would take 49.00 ms with dense")
                .contains("and 17.80 ms with AdaComp, 2.8 times faster.");
        Outcome larger = outcome(CompressorKind.STROM, .9, 8000);
        assertThat(Findings.link(result(link, 2, dense(.9), larger)).orElseThrow())
                .contains("and 81.00 ms with Strom, 1.7 times slower.");
        assertThat(Findings.link(result(link, 2, dense(.9))).orElseThrow())
                .contains("49.00 ms with dense gradients.");
    }

    @Test
    void withoutALinkNothingIsSaidOfIt() throws Exception {
        assertThat(Findings.link(result(null, 2, dense(.9)))).isEmpty();
        assertThat(Findings.link(result(new Link(1e6, 1), 1, dense(.9))).orElseThrow())
                .contains("nobody to talk to");
    }
}
