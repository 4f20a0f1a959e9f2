package io.github.gradkit.advtrain.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.gradkit.advtrain.attack.Fgsm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports as JSON and as a page. */
class ReportTest {

    private static Blobs blobs;
    private static Model model;
    private static RobustnessReport honest;
    private static RobustnessReport masked;

    @BeforeAll
    static void evaluate() throws Exception {
        blobs = new Blobs(60, 1);
        model = blobs.train(Linear.builder().setUnits(Blobs.CLASSES).build());
        honest = evaluate(model.getBlock());
        masked =
                evaluate(Blobs.wrapped(model.getBlock(), UnaryOperator.identity(), NDArray::round));
    }

    private static RobustnessReport evaluate(Block block) {
        return RobustnessEvaluator.builder()
                .setBlock(block)
                .setBall(Blobs.BALL)
                .addAttack(Fgsm::of)
                .optBlackBoxAttack(RandomNoises::of)
                .optChecklistExamples(20)
                .build()
                .evaluate(blobs.inputs(), blobs.labels());
    }

    @AfterAll
    static void close() {
        model.close();
        blobs.close();
    }

    @Test
    void jsonHoldsTheFiguresOfTheReport() {
        JsonObject json = JsonParser.parseString(honest.toJson()).getAsJsonObject();
        assertThat(json.get("norm").getAsString()).isEqualTo("linf");
        assertThat(json.get("epsilon").getAsDouble()).isEqualTo(0.12);
        assertThat(json.get("examples").getAsInt()).isEqualTo(60);
        assertThat(json.get("flagged").getAsBoolean()).isFalse();
        JsonObject robust = json.getAsJsonObject("robust");
        assertThat(robust.get("accuracy").getAsDouble()).isEqualTo(honest.robust().share());
        assertThat(robust.get("low").getAsDouble()).isEqualTo(honest.robust().interval().low());
        JsonObject attack = json.getAsJsonArray("attacks").get(0).getAsJsonObject();
        assertThat(attack.get("name").getAsString()).isEqualTo("FGSM");
        assertThat(attack.get("backward").getAsInt()).isEqualTo(honest.clean().correct());
        assertThat(json.getAsJsonObject("certified").get("contradictions").getAsInt()).isZero();
        assertThat(json.getAsJsonArray("curve")).hasSize(6);
        JsonArray verdicts = json.getAsJsonArray("verdicts");
        assertThat(verdicts).hasSize(11);
        assertThat(verdicts.get(4).getAsJsonObject().get("verdict").getAsString())
                .isEqualTo("pass");
        assertThat(json.getAsJsonArray("perClass")).hasSize(3);
    }

    @Test
    void thePageSaysWhetherToTrustIt(@TempDir Path folder) throws Exception {
        honest.writeTo(folder.resolve("honest.html"));
        masked.writeTo(folder.resolve("masked.html"));
        String good = Files.readString(folder.resolve("honest.html"));
        String bad = Files.readString(folder.resolve("masked.html"));
        assertThat(good)
                .contains("No flag", "Certified, exact", "FGSM", "Accuracy by class")
                .doesNotContain("Do not rely");
        assertThat(bad)
                .contains("Flagged", "Do not rely on the robust accuracy", "Line 5:")
                .doesNotContain("Certified, exact");
    }

    @Test
    void sectionsCanBeAddedToThePage() {
        assertThat(honest.page("My model").addText("And some images.").build().toHtml())
                .contains("My model", "And some images.");
    }

    @Test
    void figuresCanBeLookedUp() {
        assertThat(honest.attack("FGSM").orElseThrow().accuracy().total()).isEqualTo(60);
        assertThat(honest.attack("DeepFool")).isEmpty();
        ObfuscationChecklist checklist = honest.checklist();
        assertThat(checklist.numbers(Verdict.FAIL)).isEmpty();
        assertThat(masked.checklist().numbers(Verdict.FAIL)).contains(5);
        for (ChecklistItem item : ChecklistItem.values()) {
            assertThat(checklist.line(item).item()).isEqualTo(item);
        }
    }

    @Test
    void aChecklistNeedsAllLines() {
        List<ChecklistLine> lines = honest.checklist().lines();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ObfuscationChecklist(lines.subList(0, 10)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Accuracy(2, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Accuracy(0, 0));
    }

    @Test
    void withoutAChecklistAllLinesSayWhy() {
        RobustnessReport report =
                RobustnessEvaluator.builder()
                        .setModel(model)
                        .setBall(Blobs.BALL)
                        .addAttack(Fgsm::of)
                        .optEpsilons()
                        .optChecklistExamples(0)
                        .build()
                        .evaluate(blobs.inputs(), blobs.labels());
        assertThat(report.checklist().count(Verdict.SKIPPED)).isEqualTo(11);
        assertThat(report.flagged()).isFalse();
        assertThat(report.curve()).isEmpty();
        assertThat(report.toReport().toHtml()).contains("Not run");
    }
}
