package io.github.gradkit.examples.adacomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.gradkit.examples.CommandRun;
import io.github.gradkit.examples.CommandTest;
import io.github.gradkit.examples.data.CifarBytes;
import io.github.gradkit.examples.data.DataSetName;
import io.github.gradkit.examples.data.IdxBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

class AdaCompCommandTest extends CommandTest {

    AdaCompCommandTest() {
        super("adacomp");
    }

    /** Runs the command on few images for few epochs, unless told otherwise. */
    private CommandRun run(String... options) {
        return runWith(
                List.of("--learners=2", "--epochs=2", "--limit=60", "--compressor=adacomp"),
                options);
    }

    private List<JsonObject> objects(String key) throws IOException {
        JsonArray array = figures().getAsJsonArray(key);
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    private JsonObject row(String compressor) throws IOException {
        return objects("rows").stream()
                .filter(row -> row.get("compressor").getAsString().equals(compressor))
                .findFirst()
                .orElseThrow();
    }

    private double figure(String key) throws IOException {
        return figure(figures(), key);
    }

    private static double figure(JsonObject object, String key) {
        return object.get(key).getAsDouble();
    }

    @Test
    void compressedTrainingLearnsAsMuchFromFarFewerBytes() throws Exception {
        CommandRun run = run("--limit=400", "--epochs=6");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(figure("accuracyDense")).isBetween(.8, 1.0);
        assertThat(figure("accuracyAdaComp")).isBetween(.8, 1.0);
        assertThat(figure("rateBytes")).isGreaterThan(5);
        assertThat(figure("ratePaper")).isGreaterThan(5);
        assertThat(figure(row("dense"), "bytes"))
                .isGreaterThan(5 * figure(row("adacomp"), "bytes"));
        assertThat(run.out())
                .contains("400 training and 400 test images, 2 learners with 16 images a step")
                .containsPattern("\nDense +[89]\\d\\.\\d ")
                .containsPattern("\nAdaComp +[89]\\d\\.\\d ")
                .containsPattern("AdaComp sent \\d+(\\.\\d)? times fewer bytes than dense")
                .contains("Report: " + report, "Figures: " + json);
    }

    @Test
    void figuresAreComplete() throws Exception {
        assertThat(run("--seed=6", "--batch-size=8").code()).isZero();
        JsonObject figures = figures();
        assertThat(figures.get("command").getAsString()).isEqualTo("adacomp");
        assertThat(figures.get("seed").getAsLong()).isEqualTo(6);
        assertThat(figures.get("dataset").getAsString()).isEqualTo("digits");
        assertThat(figures.get("optimizer").getAsString()).isEqualTo("sgd");
        assertThat(figures.get("learners").getAsInt()).isEqualTo(2);
        assertThat(figures.get("batchSize").getAsInt()).isEqualTo(8);
        assertThat(figures.get("epochs").getAsInt()).isEqualTo(2);
        assertThat(figures.get("trainImages").getAsInt()).isEqualTo(60);
        assertThat(figures.get("testImages").getAsInt()).isEqualTo(60);
        assertThat(figures.getAsJsonObject("versions").keySet())
                .containsExactly("gradkit", "djl", "engine");
        assertThat(figures.get("seconds.total").getAsDouble()).isPositive();
        // 60 images are 4 batches of 2 learners with 8 images each.
        for (JsonObject row : objects("rows")) {
            assertThat(row.get("steps").getAsInt()).isEqualTo(2 * 4);
            assertThat(row.has("stepMillisOnLink")).isFalse();
            for (String key : List.of("packMillis", "unpackMillis", "computeMillis", "seconds")) {
                assertThat(figure(row, key)).as(key).isPositive();
            }
            JsonArray epochs = row.getAsJsonArray("epochs");
            assertThat(epochs).hasSize(2);
            JsonObject last = epochs.get(1).getAsJsonObject();
            assertThat(last.get("bytes")).isEqualTo(row.get("bytes"));
            assertThat(last.get("accuracy")).isEqualTo(row.get("accuracy"));
        }
    }

    @Test
    void layersAddUpToTheWholeNetwork() throws Exception {
        assertThat(run().code()).isZero();
        List<JsonObject> layers = objects("layers");
        // Two convolutions and two linear layers, each with a weight and a bias.
        assertThat(layers).hasSize(8);
        double values = 0;
        for (JsonObject layer : layers) {
            values += figure(layer, "size");
            boolean bias = layer.get("path").getAsString().endsWith("bias");
            assertThat(layer.has("sentPerBin")).as(layer.toString()).isEqualTo(!bias);
            if (bias) {
                assertThat(figure(layer, "ratePaper")).isEqualTo(1);
                assertThat(layer.has("residueToGradient")).isFalse();
            } else {
                assertThat(figure(layer, "ratePaper")).isGreaterThan(2);
                assertThat(figure(layer, "rateBytes")).isGreaterThan(2);
                assertThat(figure(layer, "sentPerBin")).isPositive();
                assertThat(figure(layer, "residueToGradient")).isPositive();
            }
        }
        JsonObject dense = row("dense");
        double floats = 4 * values * figure(dense, "steps");
        assertThat(figure(dense, "ratePaper")).isEqualTo(1);
        assertThat(figure(dense, "rateBytes")).isCloseTo(1, within(.01));
        // The message around the layers counts, too.
        assertThat(figure(dense, "bytes")).isBetween(floats, 1.01 * floats);
        assertThat(figure(dense, "bytes")).isGreaterThan(floats);
        assertThat(figure("rateBytes"))
                .isCloseTo(floats / figure(row("adacomp"), "bytes"), within(1e-9));
    }

    @Test
    void everyCompressorTrains() throws Exception {
        CommandRun run = run("--compressor=OneBit,topk", "--compressor=strom,adacomp,topk,dense");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(objects("rows"))
                .extracting(row -> row.get("compressor").getAsString())
                .containsExactly("dense", "onebit", "topk", "strom", "adacomp");
        for (JsonObject row : objects("rows")) {
            assertThat(figure(row, "accuracy")).isBetween(0.0, 1.0);
        }
        // Each has sent something else.
        assertThat(objects("rows").stream().map(row -> row.get("bytes")).distinct()).hasSize(5);
        assertThat(figure(row("onebit"), "rateBytes")).isBetween(20.0, 32.0);
        assertThat(figure(row("topk"), "rateBytes")).isBetween(20.0, 200.0);
        // The words are about AdaComp, wherever it stands.
        assertThat(run.out()).contains("AdaComp layer by layer", "AdaComp sent ");
    }

    @Test
    void sameSeedGivesTheSameAccuraciesAndBytes() throws Exception {
        String[] options = {"--seed=3", "--learners=3"};
        assertThat(run(options).code()).isZero();
        JsonObject first = withoutTimes(figures());
        assertThat(run(options).code()).isZero();
        assertThat(withoutTimes(figures())).isEqualTo(first);
        assertThat(run("--seed=4", "--learners=3").code()).isZero();
        assertThat(withoutTimes(figures()).get("rows")).isNotEqualTo(first.get("rows"));
    }

    private static JsonObject withoutTimes(JsonObject figures) {
        figures.remove("seconds.total");
        for (JsonElement row : figures.getAsJsonArray("rows")) {
            List.of("packMillis", "unpackMillis", "computeMillis", "seconds")
                    .forEach(row.getAsJsonObject()::remove);
        }
        return figures;
    }

    @Test
    void adamTrainsToo() throws Exception {
        CommandRun run = run("--optimizer=adam", "--limit=400", "--epochs=5");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(figures().get("optimizer").getAsString()).isEqualTo("adam");
        assertThat(figure("accuracyAdaComp")).isBetween(.5, 1.0);
        assertThat(run.out()).contains("Adam, learning rate 0.001");
    }

    @Test
    void oneLearnerHasNobodyToTalkTo() throws Exception {
        CommandRun run = run("--learners=1", "--simulate-link=1kbit,5s");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("1 learner with 16 images a step")
                .contains("One learner has nobody to talk to");
        // 5 s of latency would show.
        assertThat(figure(row("dense"), "stepMillisOnLink"))
                .isEqualTo(
                        figure(row("dense"), "computeMillis")
                                + figure(row("dense"), "packMillis")
                                + figure(row("dense"), "unpackMillis"));
    }

    @Test
    void denseOnlyHasNothingToCompareWith() throws Exception {
        CommandRun run = run("--compressor=dense", "--simulate-link=1gbit,1ms");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(objects("rows")).hasSize(1);
        assertThat(figures().keySet())
                .contains("accuracyDense")
                .doesNotContain("accuracyAdaComp", "ratePaper", "rateBytes", "layers");
        assertThat(run.out().replaceAll("\\s+", " "))
                .contains("nothing to compare", "ms with dense gradients.")
                .doesNotContain("layer by layer");
        assertThat(Files.readString(report)).doesNotContain("layer by layer", "NaN");
    }

    @Test
    void linkAddsTheTimeOfAStepOnIt() throws Exception {
        CommandRun run = run("--simulate-link=1mbit,250ms");
        assertThat(run.code()).as(run.err()).isZero();
        for (JsonObject row : objects("rows")) {
            double bytes = figure(row, "bytes") / figure(row, "steps");
            assertThat(figure(row, "stepMillisOnLink"))
                    .isCloseTo(
                            figure(row, "computeMillis")
                                    + figure(row, "packMillis")
                                    + figure(row, "unpackMillis")
                                    + 250
                                    + 1e3 * 8 * bytes / 1e6,
                            within(1e-6));
        }
        assertThat(run.out().replaceAll("\\s+", " "))
                .containsPattern("On a link of 1 Mbit/s, 250 ms, a step would take \\d+\\.\\d\\d")
                .containsPattern("ms with AdaComp, \\d+\\.\\d times faster");
        assertThat(Files.readString(report)).contains("On a link of 1 Mbit/s");
    }

    @Test
    void restWithFewerImagesThanLearnersIsLeftOut() throws Exception {
        // 4 learners with 4 images each: 3 batches of 16, and 2 images that are too few.
        CommandRun rest = run("--learners=4", "--batch-size=4", "--limit=50");
        assertThat(rest.code()).as(rest.err()).isZero();
        assertThat(figure(row("adacomp"), "steps")).isEqualTo(2 * 3);
        // 5 images left are enough for 4 learners.
        assertThat(run("--learners=4", "--batch-size=4", "--limit=53").code()).isZero();
        assertThat(figure(row("adacomp"), "steps")).isEqualTo(2 * 4);
    }

    @Test
    void asManyLearnersAsImagesAndBatchesLargerThanTheDataWork() throws Exception {
        CommandRun run = run("--learners=8", "--limit=8", "--batch-size=1073741824");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(figure(row("adacomp"), "steps")).isEqualTo(2);
    }

    @Test
    void reportShowsTablesAndCharts() throws Exception {
        assertThat(run("--compressor=topk,adacomp,strom,onebit").code()).isZero();
        Document page = Jsoup.parse(Files.readString(report));
        assertThat(page.title()).contains("How much of a gradient has to be sent?");
        assertThat(page.text())
                .contains("Dense", "AdaComp", "Top 1 %", "Strom", "1-bit")
                .contains("Accuracy over the epochs", "Accuracy over bytes")
                .contains("Compression over the steps", "AdaComp layer by layer")
                .contains("60 training and 60 test images, 2 learners")
                .doesNotContain("NaN", "Infinity");
        assertThat(page.select("svg")).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void filesOfMnistAreRead() throws Exception {
        IdxBytes.writeTo(folder, DataSetName.DIGITS.load(null, 1).limit(30, 1));
        CommandRun run = run("--dataset=mnist", "--data-dir=" + folder, "--epochs=1");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(figures().get("trainImages").getAsInt()).isEqualTo(30);
        assertThat(figures().get("batchSize").getAsInt()).isEqualTo(32);
    }

    @Test
    void colourImagesAreTrainedOn() throws Exception {
        CifarBytes.writeTo(folder, 1);
        CommandRun run = run("--dataset=cifar10", "--data-dir=" + folder, "--epochs=1");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(figures().get("trainImages").getAsInt()).isEqualTo(50);
        assertThat(figure("rateBytes")).isGreaterThan(5);
    }

    @Test
    void quietPrintsNothing() {
        CommandRun run = run("--quiet", "--epochs=1", "--simulate-link=1gbit,1ms");
        assertThat(run.code()).isZero();
        assertThat(run.out() + run.err()).isEmpty();
        assertThat(report).exists();
        assertThat(json).exists();
    }

    @Test
    void linesFitATerminal() {
        CommandRun run = run("--epochs=1", "--simulate-link=100mbit,1ms");
        assertThat(run.out().lines().filter(line -> !line.contains(": /")))
                .allMatch(line -> line.length() <= 80);
    }
}
