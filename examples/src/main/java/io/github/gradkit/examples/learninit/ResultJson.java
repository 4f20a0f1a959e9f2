package io.github.gradkit.examples.learninit;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.gradkit.examples.evaluation.Measured;
import java.util.List;
import java.util.Locale;

/** The results as JSON. */
final class ResultJson {

    private ResultJson() {}

    static void addTo(JsonObject json, Settings settings, List<Outcome> outcomes) {
        json.addProperty("seeds", settings.repetitions());
        JsonObject problems = new JsonObject();
        for (Outcome outcome : outcomes) {
            problems.add(outcome.kind().toString(), problem(outcome));
        }
        json.add("problems", problems);
    }

    private static JsonObject problem(Outcome outcome) {
        ProblemKind kind = outcome.kind();
        StartOutcome learned = outcome.bestLearned();
        JsonObject problem = new JsonObject();
        problem.addProperty("value", kind.valueTitle());
        problem.addProperty("higherIsBetter", kind.isHighGood());
        problem.addProperty("bestBaseline", outcome.bestBaseline().name());
        problem.addProperty("bestLearned", learned.name());
        add(problem, "gainOverRandom", outcome.gain(learned, outcome.random()));
        add(problem, "gainOverBestBaseline", outcome.gain(learned, outcome.bestBaseline()));
        add(problem, "stepsSaved", outcome.stepsSaved(learned));
        JsonArray starts = new JsonArray();
        outcome.starts().forEach(start -> starts.add(start(outcome, start)));
        problem.add("starts", starts);
        if (kind == ProblemKind.ATTACK) {
            problem.add("twiceTheGradients", doubled(outcome));
        }
        outcome.variants().forEach(other -> problem.add(other.form().name(), problem(other)));
        outcome.materials().forEach(material -> material.addTo(problem));
        return problem;
    }

    private static JsonObject start(Outcome outcome, StartOutcome start) {
        JsonObject row = new JsonObject();
        row.addProperty("name", start.name());
        row.addProperty("role", start.role().name().toLowerCase(Locale.ROOT));
        add(row, "value", start.value());
        add(row, "steps", outcome.steps(start));
        row.addProperty("seconds", start.seconds());
        row.addProperty("trainingSeconds", start.trainingSeconds());
        add(row, "gainOverRandom", outcome.gain(start, outcome.random()));
        add(row, "stepsSaved", outcome.stepsSaved(start));
        if (outcome.kind() == ProblemKind.EXPLANATION) {
            StartOutcome zero = outcome.named("zero");
            add(row, "stepsToZero", outcome.steps(start, zero));
            add(row, "shareOfZero", outcome.shareOfSteps(start, zero));
        }
        JsonArray curve = new JsonArray();
        for (Trial.Point point : start.curve()) {
            JsonObject pair = new JsonObject();
            pair.addProperty("steps", point.steps());
            pair.addProperty("value", point.value());
            curve.add(pair);
        }
        row.add("curve", curve);
        return row;
    }

    /** A value that is never reached has no number of steps. */
    static void add(JsonObject json, String key, Measured measured) {
        if (Double.isFinite(measured.mean())) {
            json.addProperty(key, measured.mean());
        }
        if (Double.isFinite(measured.half())) {
            json.addProperty(key + "Interval", measured.half());
        }
    }

    private static JsonArray doubled(Outcome outcome) {
        JsonArray rows = new JsonArray();
        for (int budget : Findings.doubledBudgets()) {
            JsonObject row = new JsonObject();
            row.addProperty("gradients", budget);
            add(row, "gain", Findings.doubled(outcome, budget));
            rows.add(row);
        }
        return rows;
    }
}
