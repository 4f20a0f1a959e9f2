package io.github.gradkit.examples.gdat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.gradkit.advtrain.linear.GdatPoint;
import io.github.gradkit.advtrain.linear.MaxMargin;
import io.github.gradkit.advtrain.linear.MixedMargin;
import java.util.Arrays;

/** The figures for other programs. */
final class GdatJson {

    private GdatJson() {}

    static void addTo(JsonObject json, GdatResult result) {
        RateStudy rates = result.rates();
        json.addProperty("steps", result.settings().steps());
        json.addProperty("stepSize", result.settings().stepSize());
        json.addProperty("a", result.settings().a());
        json.addProperty("gamma", rates.gamma());
        json.addProperty("slope.tuned", rates.tunedSlope());
        json.addProperty("slope.clean", rates.cleanSlope());
        JsonArray timesLog = new JsonArray();
        JsonArray rows = new JsonArray();
        for (long steps : result.settings().decades()) {
            timesLog.add(rates.cleanGapTimesLog(steps));
            JsonObject row = new JsonObject();
            row.addProperty("steps", steps);
            row.add("clean", point(rates.clean().after(steps)));
            row.add("fixed", point(rates.fixed().after(steps)));
            JsonObject tuned = point(rates.tunedAfter(steps));
            tuned.addProperty("radius", rates.tunedRun(steps).target().ball().radius());
            row.add("tuned", tuned);
            rows.add(row);
        }
        json.add("cleanGapTimesLogT", timesLog);
        json.add("rows", rows);
        json.add("mixed", mixed(result.mixed()));
        JsonArray scale = new JsonArray();
        result.scale().forEach(study -> scale.add(scale(study)));
        json.add("scale", scale);
        json.addProperty("certificateChecks", result.certificateChecks());
        json.addProperty("certificateViolations", result.certificateViolations());
    }

    private static JsonObject point(GdatPoint point) {
        JsonObject json = new JsonObject();
        json.addProperty("steps", point.step());
        json.addProperty("gap", point.gap());
        json.addProperty("oneMinusCosine", point.oneMinusCosine());
        json.addProperty("norm", point.norm());
        json.addProperty("cleanLoss", point.cleanLoss());
        json.addProperty("logCleanLoss", point.logCleanLoss());
        return json;
    }

    private static JsonArray mixed(MixedStudy study) {
        JsonArray array = new JsonArray();
        for (Run run : study.runs()) {
            JsonObject json = margin(run.target());
            JsonArray points = new JsonArray();
            run.trace().points().forEach(point -> points.add(point(point)));
            json.add("points", points);
            array.add(json);
        }
        return array;
    }

    private static JsonObject margin(MixedMargin margin) {
        JsonObject json = new JsonObject();
        json.addProperty("norm", margin.ball().norm().toString());
        json.addProperty("radius", margin.ball().radius());
        json.addProperty("gamma", margin.lower());
        json.addProperty("dualityGap", margin.gap());
        JsonArray direction = new JsonArray();
        Arrays.stream(margin.direction()).forEach(direction::add);
        json.add("direction", direction);
        return json;
    }

    private static JsonObject scale(ScaleStudy study) {
        JsonObject json = new JsonObject();
        json.addProperty("name", study.name());
        json.addProperty("examples", study.data().size());
        json.addProperty("features", study.data().dimension());
        JsonObject radii = new JsonObject();
        for (MaxMargin radius : study.radii()) {
            radii.addProperty(radius.norm().toString(), study.factor() * radius.lower());
        }
        json.add("largestRadius", radii);
        JsonArray rows = new JsonArray();
        for (ScaleStudy.Row row : study.rows()) {
            JsonObject one = point(row.run().last());
            one.addProperty("radiusShare", row.share());
            one.addProperty("relativeGap", study.relativeGap(row));
            rows.add(one);
        }
        json.add("rows", rows);
        return json;
    }
}
