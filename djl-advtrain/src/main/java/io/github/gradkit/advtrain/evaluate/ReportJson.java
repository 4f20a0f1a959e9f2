package io.github.gradkit.advtrain.evaluate;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.gradkit.advtrain.attack.AttackStage;
import io.github.gradkit.advtrain.attack.Ledger;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A report as JSON. */
final class ReportJson {

    private ReportJson() {}

    static String of(RobustnessReport report) {
        JsonObject json = new JsonObject();
        json.addProperty("norm", report.ball().norm().name().toLowerCase(Locale.ROOT));
        json.addProperty("epsilon", report.ball().epsilon());
        json.addProperty("inputShape", report.inputShape());
        json.addProperty("classes", report.classes());
        json.addProperty("examples", report.clean().total());
        json.addProperty("flagged", report.flagged());
        json.add("clean", accuracy(report.clean()));
        json.add("robust", accuracy(report.robust()));
        json.add("certified", report.certificate().map(ReportJson::certificate).orElse(null));
        json.add("attacks", list(report.attacks(), ReportJson::attack));
        json.add("curve", list(report.curve(), ReportJson::point));
        json.add("verdicts", list(report.checklist().lines(), ReportJson::line));
        json.add("convergence", list(report.convergence(), ReportJson::step));
        json.add("perClass", list(report.perClass(), ReportJson::classScore));
        json.add("notes", list(report.notes(), JsonPrimitive::new));
        return new GsonBuilder()
                .serializeNulls()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .create()
                .toJson(json);
    }

    private static <T> JsonArray list(List<T> values, Function<T, JsonElement> form) {
        JsonArray array = new JsonArray(values.size());
        values.forEach(value -> array.add(form.apply(value)));
        return array;
    }

    private static JsonElement number(double value) {
        return Double.isFinite(value) ? new JsonPrimitive(value) : JsonNull.INSTANCE;
    }

    private static JsonElement accuracy(@Nullable Accuracy accuracy) {
        if (accuracy == null) {
            return JsonNull.INSTANCE;
        }
        JsonObject json = new JsonObject();
        json.addProperty("accuracy", accuracy.share());
        json.addProperty("correct", accuracy.correct());
        json.addProperty("total", accuracy.total());
        json.addProperty("low", accuracy.interval().low());
        json.addProperty("high", accuracy.interval().high());
        return json;
    }

    private static JsonElement certificate(Certificate certificate) {
        JsonObject json = accuracy(certificate.accuracy()).getAsJsonObject();
        json.addProperty("contradictions", certificate.contradictions());
        json.addProperty("missed", certificate.missed());
        return json;
    }

    private static JsonElement attack(AttackScore score) {
        JsonObject json = new JsonObject();
        json.addProperty("name", score.name());
        json.add("robust", accuracy(score.accuracy()));
        json.add("worstSoFar", accuracy(score.worstSoFar()));
        Ledger ledger = score.ledger();
        json.addProperty("forward", ledger.forward());
        json.addProperty("backward", ledger.backward());
        json.addProperty("queries", ledger.queries());
        json.addProperty("zeroGradients", ledger.zeroGradients());
        json.addProperty("nanGradients", ledger.nanGradients());
        json.add("seconds", number(score.seconds()));
        json.add("stages", list(score.stages(), ReportJson::stage));
        return json;
    }

    private static JsonElement stage(AttackStage stage) {
        JsonObject json = new JsonObject();
        json.addProperty("name", stage.name());
        json.addProperty("attacked", stage.attacked());
        json.addProperty("broken", stage.broken());
        return json;
    }

    private static JsonElement point(CurvePoint point) {
        JsonObject json = new JsonObject();
        json.addProperty("epsilon", point.epsilon());
        json.add("robust", accuracy(point.accuracy()));
        json.add("certified", accuracy(point.certified()));
        return json;
    }

    private static JsonElement line(ChecklistLine line) {
        JsonObject json = new JsonObject();
        json.addProperty("number", line.item().number());
        json.addProperty("item", line.item().name().toLowerCase(Locale.ROOT));
        json.addProperty("expected", line.item().title());
        json.addProperty("verdict", line.verdict().name().toLowerCase(Locale.ROOT));
        json.addProperty("measured", line.measured());
        json.addProperty("why", line.item().why());
        json.addProperty("remedy", line.item().remedy());
        return json;
    }

    private static JsonElement step(StepPoint point) {
        JsonObject json = new JsonObject();
        json.addProperty("steps", point.steps());
        json.add("margin", number(point.margin()));
        return json;
    }

    private static JsonElement classScore(ClassScore score) {
        JsonObject json = new JsonObject();
        json.addProperty("label", score.label());
        json.add("clean", accuracy(score.clean()));
        json.add("robust", accuracy(score.robust()));
        return json;
    }
}
