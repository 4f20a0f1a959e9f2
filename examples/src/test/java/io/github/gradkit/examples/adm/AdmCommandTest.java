package io.github.gradkit.examples.adm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.gradkit.adm.data.ImageFolder;
import io.github.gradkit.adm.data.LabelFile;
import io.github.gradkit.adm.data.SceneGenerator;
import io.github.gradkit.adm.data.ScribbleGenerator;
import io.github.gradkit.adm.data.ScribbledImage;
import io.github.gradkit.examples.CommandRun;
import io.github.gradkit.examples.CommandTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmCommandTest extends CommandTest {

    private static final List<String> METHODS =
            List.of(
                    "pce",
                    "gd-grid",
                    "gd-quadratic",
                    "gd-tv",
                    "adm",
                    "adm-restricted",
                    "adm-robust",
                    "full");

    AdmCommandTest() {
        super("adm");
    }

    /** Runs the command on little, unless told otherwise. */
    private CommandRun run(String... options) {
        List<String> defaults =
                new ArrayList<>(
                        List.of(
                                "--lambda=1",
                                "--seeds=1",
                                "--pretrain-epochs=1",
                                "--epochs=1",
                                "--train-images=4",
                                "--threads=1"));
        if (Arrays.stream(options).noneMatch(option -> option.startsWith("--images"))) {
            defaults.add("--size=16");
        }
        return runWith(defaults, options);
    }

    private static List<JsonObject> objects(JsonArray array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    private List<JsonObject> rows() throws IOException {
        return objects(figures().getAsJsonArray("rows"));
    }

    private List<String> methods() throws IOException {
        return rows().stream().map(row -> row.get("method").getAsString()).toList();
    }

    private static double figure(JsonObject object, String key) {
        return object.get(key).getAsDouble();
    }

    private static List<ScribbledImage> scenes(int count, int side) {
        return SceneGenerator.builder()
                .optSize(side, side)
                .optScribbles(ScribbleGenerator.builder().build())
                .build()
                .scenes(count, 5);
    }

    /** Writes images, scribbles and masks into folders of these names. */
    private void write(List<ScribbledImage> images) throws IOException {
        ImageFolder.write(folder, images);
    }

    private String option(String name, String in) {
        return "--" + name + "=" + folder.resolve(in);
    }

    @Test
    void allMethodsAreComparedInTextFiguresAndPage() throws Exception {
        CommandRun run = run("--seeds=2", "--lambda=3,0.3", "--epochs=4", "--seed=6");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains(METHODS).contains("Report: " + report, "Figures: " + json);
        assertThat(run.out().replaceAll("\\s+", " "))
                .contains("drawn scenes: 4 training, 2 validation and 4 test images, 4 labels")
                .contains("Energy at equal lambda lambda gd-grid gd-tv adm 0.3 ")
                .contains("Grid energy at equal lambda, adm against gd-tv:")
                .contains("Full masks give", "The true masks have a grid energy of")
                .contains("Means over 2 seeds", "± ");
        assertThat(run.out().lines().filter(line -> !line.contains(": /")))
                .allMatch(line -> line.length() <= 80);

        JsonObject figures = figures();
        assertThat(figures.get("command").getAsString()).isEqualTo("adm");
        assertThat(figures.get("seed").getAsLong()).isEqualTo(6);
        assertThat(figures.get("seeds").getAsInt()).isEqualTo(2);
        assertThat(figures.get("dataset").getAsString()).isEqualTo("drawn scenes");
        assertThat(figure(figures, "maskEnergy")).isPositive();
        assertThat(figure(figures, "labelledShare")).isBetween(0.01, 0.2);
        assertThat(methods()).isEqualTo(METHODS);
        for (JsonObject row : rows()) {
            String method = row.get("method").getAsString();
            boolean plain = List.of("pce", "full").contains(method);
            assertThat(figure(row, "lambda") == 0).as(method).isEqualTo(plain);
            for (String key : List.of("energy", "relaxedEnergy", "miou", "trainMiou")) {
                assertThat(figure(row, key)).as(method + " " + key).isNotNegative();
                assertThat(figure(row, key + "Interval")).isNotNegative();
            }
            assertThat(figure(row, "miou")).isLessThanOrEqualTo(1);
            assertThat(figure(row, "seconds")).isPositive();
        }
        checkSweep(figures);
        checkPage();
    }

    private void checkSweep(JsonObject figures) throws IOException {
        List<JsonObject> equal = objects(figures.getAsJsonArray("equalLambda"));
        assertThat(equal.stream().map(row -> figure(row, "lambda"))).containsExactly(0.3, 3.0);
        List<JsonObject> sweep = objects(figures.getAsJsonArray("sweep"));
        // Two methods without a weight, three with one, and three with all.
        assertThat(sweep).hasSize(2 + 3 + 3 * 2);
        for (JsonObject row : equal) {
            double lambda = figure(row, "lambda");
            for (String[] pair :
                    new String[][] {
                        {"gdGridEnergy", "gd-grid"}, {"gdTvEnergy", "gd-tv"}, {"admEnergy", "adm"}
                    }) {
                assertThat(figure(row, pair[0]))
                        .isEqualTo(figure(tried(sweep, pair[1], lambda), "energy"));
            }
        }
        double lambda = figure(rows().get(METHODS.indexOf("adm")), "lambda");
        assertThat(figure(rows().get(METHODS.indexOf("adm-robust")), "lambda")).isEqualTo(lambda);
        JsonArray curve = tried(sweep, "adm", lambda).getAsJsonArray("curve");
        assertThat(objects(curve).stream().map(point -> figure(point, "epoch")))
                .containsExactly(0.0, 3.0, 4.0);
    }

    private static JsonObject tried(List<JsonObject> sweep, String method, double lambda) {
        return sweep.stream()
                .filter(row -> row.get("method").getAsString().equals(method))
                .filter(row -> figure(row, "lambda") == lambda)
                .findFirst()
                .orElseThrow();
    }

    private void checkPage() throws IOException {
        Document page = Jsoup.parse(Files.readString(report));
        assertThat(page.title()).contains("Do graph cuts beat gradient descent?");
        assertThat(page.text())
                .contains(METHODS)
                .contains("Grid energy over lambda", "Mean IoU over lambda")
                .contains("Grid energy over the epochs", "Training images", "Test images")
                .doesNotContain("NaN", "Infinity");
        // An image, its mask and eight labellings, four times, and scribbles of training images.
        assertThat(page.select(".tile img")).hasSize(4 * 10 + 2);
    }

    @Test
    void sameSeedGivesTheSameFigures() throws Exception {
        assertThat(run("--seed=3").code()).isZero();
        JsonObject first = withoutTimes(figures());
        assertThat(run("--seed=3", "--threads=2").code()).isZero();
        assertThat(withoutTimes(figures())).isEqualTo(first);
        assertThat(run("--seed=4").code()).isZero();
        assertThat(withoutTimes(figures()).get("rows")).isNotEqualTo(first.get("rows"));
    }

    private static JsonObject withoutTimes(JsonObject figures) {
        figures.remove("seconds.total");
        for (String list : List.of("rows", "sweep")) {
            objects(figures.getAsJsonArray(list)).forEach(row -> row.remove("seconds"));
        }
        return figures;
    }

    @Test
    void aRunThatWasKilledGoesOnFromItsRecord() throws Exception {
        Path record = folder.resolve("record.jsonl");
        String option = "--record=" + record;
        CommandRun first = run(option);
        assertThat(first.out()).contains("record.jsonl, had 0 of 8 trainings");
        List<String> lines = Files.readAllLines(record);
        assertThat(lines).hasSize(8);
        JsonObject figures = figures();
        String page = Files.readString(report);

        String whole = String.join("\n", lines.subList(0, 5)) + "\n";
        Files.writeString(record, whole + lines.get(5).substring(0, 300));
        assertThat(run(option).out()).contains("had 5 of 8 trainings");
        assertThat(withoutTimes(figures())).isEqualTo(withoutTimes(figures));

        CommandRun again = run(option);
        assertThat(again.out()).contains("had 8 of 8 trainings");
        assertThat(withoutTimes(figures())).isEqualTo(figures);
        assertThat(Jsoup.parse(Files.readString(report)).select(".tile img").eachAttr("src"))
                .isEqualTo(Jsoup.parse(page).select(".tile img").eachAttr("src"));
        assertThat(Files.readAllLines(record)).hasSize(9);
    }

    @Test
    void trainingsWithOtherSettingsAreNotTakenFromARecord() throws Exception {
        Path record = folder.resolve("record.jsonl");
        String option = "--record=" + record;
        run(option);
        List<JsonObject> plain = rows();
        // The tie matters to the three methods with cuts alone.
        CommandRun heavier = run(option, "--gamma=4");
        assertThat(heavier.out())
                .contains("had 5 of 8 trainings")
                .containsPattern("cuts\\s+find\\s+weighs\\s+4\\.");
        assertThat(figure(figures(), "gamma")).isEqualTo(4);
        int adm = METHODS.indexOf("adm");
        assertThat(rows().get(0)).isEqualTo(plain.get(0));
        assertThat(figure(rows().get(adm), "relaxedEnergy"))
                .isNotEqualTo(figure(plain.get(adm), "relaxedEnergy"));
        for (String other :
                List.of("--seed=9", "--epochs=2", "--pretrain-epochs=2", "--scribbles=0")) {
            assertThat(run(option, other).out()).as(other).contains("had 0 of 8 trainings");
        }
        // Two seeds: those of one are known, without the pictures only the first needs.
        assertThat(run(option, "--seeds=2").out()).contains("had 8 of 16 trainings");
        assertThat(run(option, "--seeds=2", "--seed=43").out()).contains("had 0 of 16 trainings");
    }

    @Test
    void cutsMayLabelAllImagesAfterSomeEpochsAndWithARisingWeight() throws Exception {
        run("--epochs=3", "--lambda=3");
        List<JsonObject> each = rows();
        CommandRun kept = run("--epochs=3", "--lambda=3", "--relabel-every=2");
        assertThat(kept.code()).as(kept.err()).isZero();
        assertThat(kept.out().replaceAll("\\s+", " "))
                .contains("before the first epoch and after every 2 epochs.");
        assertThat(figure(figures(), "relabelEvery")).isEqualTo(2);
        checkOnlyCutsDiffer(each, rows());
        CommandRun rising = run("--epochs=3", "--lambda=3", "--anneal");
        assertThat(rising.out().replaceAll("\\s+", " ")).contains("lambda grows from 0");
        checkOnlyCutsDiffer(each, rows());
    }

    private static void checkOnlyCutsDiffer(List<JsonObject> some, List<JsonObject> others) {
        for (int i = 0; i < METHODS.size(); i++) {
            boolean cuts = METHODS.get(i).startsWith("adm");
            assertThat(
                            figure(others.get(i), "relaxedEnergy")
                                    != figure(some.get(i), "relaxedEnergy"))
                    .as(METHODS.get(i))
                    .isEqualTo(cuts);
        }
    }

    @Test
    void aRecordWhoseOnlyLineWasCutOffIsGoneOnWith() throws Exception {
        Path record = folder.resolve("record.jsonl");
        Files.writeString(record, "{\"key\":{\"images\":\"1f");
        CommandRun run = run("--record=" + record);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(Files.readAllLines(record)).hasSize(9);
        assertThat(run("--record=" + record).out()).contains("had 8 of 8 trainings");
    }

    @Test
    void aFileThatIsNoRecordIsLeftAsItIs() throws Exception {
        Path file = folder.resolve("thesis.txt");
        Files.write(file, new byte[] {'x', (byte) 0xff, '\n', '{', '}'});
        CommandRun run = run("--record=" + file);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("thesis.txt holds no training").contains("--record");
        assertThat(file).hasSize(5);
        assertThat(run("--record=" + folder).err()).contains("--record", "it is a folder");
        for (Path taken : List.of(json, report)) {
            CommandRun same = run("--record=" + taken);
            assertThat(same.code()).isEqualTo(2);
            assertThat(same.err()).contains("--record must be different files");
        }
    }

    @Test
    void oneSeedCannotTellAndOneLambdaHasNoChart() throws Exception {
        CommandRun run = run();
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("One seed can't tell").doesNotContain("within the noise");
        assertThat(rows().get(0).has("energyInterval")).isFalse();
        assertThat(Jsoup.parse(Files.readString(report)).text())
                .contains("Grid energy over the epochs")
                .doesNotContain("Grid energy over lambda", "NaN");
    }

    @Test
    void ownImagesWithMasksAreSplitAndScribbled() throws Exception {
        write(scenes(10, 16));
        CommandRun run = run(option("images", "images"), option("masks", "masks"), "--scribbles=0");
        assertThat(run.code()).as(run.err()).isZero();
        JsonObject figures = figures();
        assertThat(figures.get("dataset").getAsString())
                .isEqualTo("images in " + folder.resolve("images"));
        assertThat(figures.get("trainImages").getAsInt()).isEqualTo(4);
        assertThat(figures.get("validationImages").getAsInt()).isEqualTo(2);
        assertThat(figures.get("testImages").getAsInt()).isEqualTo(2);
        assertThat(methods()).isEqualTo(METHODS);
        // Clicks only.
        assertThat(figure(figures, "labelledShare")).isLessThan(0.03);
    }

    @Test
    void ownScribblesWithoutMasksDoToo() throws Exception {
        write(scenes(7, 16));
        CommandRun run = run(option("images", "images"), option("scribbles", "scribbles"));
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(methods()).isEqualTo(METHODS.subList(0, 7));
        assertThat(figures().has("maskEnergy")).isFalse();
        assertThat(run.out().replaceAll("\\s+", " "))
                .contains("Where images have no full masks, scores count");
    }

    @Test
    void squaresThatDoNotFitAreRefused() throws Exception {
        write(scenes(7, 16));
        CommandRun run = run(option("images", "images"), option("masks", "masks"), "--crop=17");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("Squares of 17 pixels don't fit", "16 x 16", "--crop");
    }

    @Test
    void imagesWithoutAnyScribbleCanNotBeTrainedOn() throws Exception {
        int[] none = new int[16 * 16];
        Arrays.fill(none, 255);
        write(scenes(7, 16).stream().map(image -> image.withScribbles(none)).toList());
        CommandRun run =
                run(
                        option("images", "images"),
                        option("scribbles", "scribbles"),
                        option("masks", "masks"));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("training images", "has a labelled pixel");
    }

    @Test
    void allSeedsAreTestedWithTheSameImages() throws Exception {
        write(scenes(10, 16));
        FolderImages source =
                new FolderImages(
                        new FolderImages.Folders(
                                folder.resolve("images"), null, folder.resolve("masks")),
                        null,
                        SplitSizes.of(4),
                        1,
                        255,
                        0);
        List<String> tests = names(source.data(1).test());
        assertThat(tests).hasSize(2).isEqualTo(names(source.data(2).test()));
        assertThat(names(source.data(1).train()))
                .isNotEqualTo(names(source.data(2).train()))
                .doesNotContainAnyElementsOf(tests);
    }

    private static List<String> names(List<ScribbledImage> images) {
        return images.stream().map(ScribbledImage::name).toList();
    }

    @Test
    void imagesOfSeveralSizesNeedACropAndSeparateTestImagesAreUsed() throws Exception {
        List<ScribbledImage> images = new ArrayList<>(scenes(2, 16));
        Path other = folder.resolve("other");
        ImageFolder.write(other, scenes(3, 19));
        scenes(3, 13).stream().map(image -> renamed(image, "larger ")).forEach(images::add);
        write(images);
        String[] folders = {
            option("images", "images"),
            option("masks", "masks"),
            option("scribbles", "scribbles"),
            option("test-images", "other/images"),
            option("test-masks", "other/masks")
        };
        CommandRun whole = run(folders);
        assertThat(whole.code()).isEqualTo(1);
        assertThat(whole.err()).contains("differ in size", "--crop N");
        CommandRun cropped =
                run(
                        Stream.concat(Stream.of(folders), Stream.of("--crop=12"))
                                .toArray(String[]::new));
        assertThat(cropped.code()).as(cropped.err()).isZero();
        assertThat(figures().get("trainImages").getAsInt()).isEqualTo(4);
        assertThat(figures().get("testImages").getAsInt()).isEqualTo(3);
    }

    private static ScribbledImage renamed(ScribbledImage image, String prefix) {
        return ScribbledImage.of(
                        prefix + image.name(),
                        image.channels(),
                        image.height(),
                        image.width(),
                        image.pixels(),
                        image.scribbles())
                .withMask(image.mask().orElseThrow());
    }

    @Test
    void aLabelCanStandForNone() throws Exception {
        write(scenes(5, 16));
        CommandRun run =
                run(option("images", "images"), option("masks", "masks"), "--unlabelled=0");
        assertThat(run.code()).as(run.err()).isZero();
        // Masks with holes have no energy.
        assertThat(figures().has("maskEnergy")).isFalse();
    }

    @Test
    void batchesWithoutAnyLabelTeachNothingAndDoNoHarm() throws Exception {
        List<ScribbledImage> scenes = scenes(24, 16);
        int[] none = new int[16 * 16];
        Arrays.fill(none, 255);
        List<ScribbledImage> images = new ArrayList<>();
        for (int i = 0; i < scenes.size(); i++) {
            images.add(i < 22 ? scenes.get(i).withScribbles(none) : scenes.get(i));
        }
        write(images);
        for (int seed = 0; seed < 4; seed++) {
            CommandRun run =
                    run(
                            option("images", "images"),
                            option("scribbles", "scribbles"),
                            option("masks", "masks"),
                            "--train-images=40",
                            "--seed=" + seed);
            // Or no image with a scribble is among those to train with.
            assertThat(run.code() == 0 || run.err().contains("has a labelled pixel"))
                    .as(run.err())
                    .isTrue();
        }
    }

    @Test
    void theWeightRisesToItsFullHeightWithTheLastLabellingThatCounts() {
        Settings.Cuts each = new Settings.Cuts(1, 0, true);
        assertThat(each.labellings(25, 2)).isEqualTo(6);
        // Before the first epoch, after the second and after the fourth, not after the sixth.
        assertThat(new Settings.Cuts(1, 2, true).labellings(25, 6)).isEqualTo(3);
        assertThat(new Settings.Cuts(1, 2, true).labellings(25, 7)).isEqualTo(4);
    }

    @Test
    void aFolderMayBeNamedLikeANumber() throws Exception {
        write(scenes(7, 16));
        Path named = folder.resolve("images");
        Path scribbles = Files.move(folder.resolve("scribbles"), Path.of("3f"));
        try {
            CommandRun run = run("--images=" + named, "--scribbles=3f");
            assertThat(run.code()).as(run.err()).isZero();
        } finally {
            Files.move(scribbles, folder.resolve("scribbles"));
        }
    }

    @Test
    void twoLabelsAreEnough() throws Exception {
        write(SceneGenerator.builder().optSize(16, 16).optLabels(2).build().scenes(5, 5));
        CommandRun run = run(option("images", "images"), option("masks", "masks"));
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(figures().get("labels").getAsInt()).isEqualTo(2);
        // The cuts have a say also where a share of them is taken to be wrong.
        assertThat(figure(rows().get(METHODS.indexOf("adm-robust")), "relaxedEnergy"))
                .isNotEqualTo(figure(rows().get(0), "relaxedEnergy"));
    }

    @Test
    void brokenFilesAreNamed() throws Exception {
        write(scenes(3, 16));
        Files.writeString(folder.resolve("images/scene 1.png"), "no picture");
        CommandRun run = run(option("images", "images"), option("masks", "masks"));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("scene 1.png").doesNotContain("Exception");
    }

    @Test
    void imagesThatAreNoGoodAreRefused() throws Exception {
        write(scenes(2, 16));
        String[] folders = {option("images", "images"), option("masks", "masks")};
        assertThat(run(folders).err()).contains("has 2 images, but at least 3 are needed");
        write(scenes(4, 16));
        LabelFile.write(folder.resolve("masks/scene 0.png"), new int[81], 9, 9);
        CommandRun misfit = run(folders);
        assertThat(misfit.code()).isEqualTo(1);
        assertThat(misfit.err()).contains("scene 0.png has 9 x 9 pixels");
        for (int i = 0; i < 4; i++) {
            LabelFile.write(folder.resolve("masks/scene " + i + ".png"), new int[256], 16, 16);
        }
        assertThat(run(folders).err()).contains("The highest label in the files is 0");
        assertThat(run(option("images", "nowhere"), option("masks", "masks")).err())
                .contains("nowhere");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--seeds=0 | --seeds must be from 1 to 30, got 0",
                "--seeds=31 | --seeds must be from 1 to 30, got 31",
                "--lambda=0 | --lambda must be from 0.01 to 2000",
                "--lambda=1,-1 | --lambda must be from 0.01 to 2000",
                "--lambda=1,2001 | --lambda must be from 0.01 to 2000",
                "--lambda=NaN | --lambda must be from 0.01 to 2000",
                "--lambda=much | much",
                "--epochs=0 | --epochs must be at least 1, got 0",
                "--pretrain-epochs=0 | --pretrain-epochs must be at least 1, got 0",
                "--train-images=0 | --train-images must be from 1",
                "--size=7 | --size must be from 8 to 512, got 7",
                "--crop=7 | --crop must be at least 8, got 7",
                "--crop=17 | --crop must be at most --size, got 17 and 16",
                "--lambda=1,100 --gamma=0.04 | must be at most 2000, got 2500",
                "--anneal --relabel-every=1 | with --relabel-every 1 and 1 epochs there is only",
                "--size=16 --images=folder --masks=folder | --size is that of drawn scenes",
                "--gamma=0 | --gamma must be from 0.01 to 1000, got 0",
                "--relabel-every=-1 | --relabel-every must be at least 0, got -1",
                "--relabel-every=1 --crop=8 | which don't fit the squares of --crop",
                "--gamma=NaN | --gamma must be from 0.01 to 1000, got NaN",
                "--threads=0 | --threads must be from 1 to 256, got 0",
                "--scribbles=-1 | a number from 0 to 1000, got -1",
                "--scribbles=NaN | a number from 0 to 1000, got NaN",
                "--scribbles=folder | a folder needs --images DIR",
                "--masks=folder | --masks needs --images DIR",
                "--test-images=folder | need --images DIR",
                "--unlabelled=3 | --unlabelled needs --images DIR",
                "--images=folder | --images needs labels too",
                "--dataset=mnist | scenes are drawn",
                "--data-dir=folder | scenes are drawn"
            })
    void wrongUseIsRefused(String option, String message) {
        CommandRun run = run(option.split(" "));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(message);
    }

    @Test
    void quietPrintsNothing() {
        CommandRun run = run("--quiet");
        assertThat(run.code()).isZero();
        assertThat(run.out() + run.err()).isEmpty();
        assertThat(report).exists();
        assertThat(json).exists();
    }
}
