package io.github.gradkit.examples.adm;

import io.github.gradkit.examples.evaluation.Measured;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** What the figures say, in words. */
final class Findings {

    private final Result result;

    private Findings(Result result) {
        this.result = result;
    }

    static List<String> of(Result result) {
        Findings findings = new Findings(result);
        List<String> sentences = new ArrayList<>();
        sentences.add(
                findings.compared("Grid energy", Method.GD_GRID, Trial::energy)
                        + " Gradient descent on the bilinear relaxation "
                        + findings.saturation());
        sentences.add(findings.compared("Grid energy", Method.GD_TV, Trial::energy));
        sentences.add(findings.compared("Relaxed energy", Method.GD_GRID, Trial::relaxed));
        sentences.add(findings.segmentation());
        sentences.add(findings.variants());
        findings.ceiling().ifPresent(sentences::add);
        findings.masks().ifPresent(sentences::add);
        findings.edge().ifPresent(sentences::add);
        sentences.add(findings.caution());
        return sentences;
    }

    /** Returns a difference as a share of what it is a difference to, if that is not 0. */
    static String change(double difference, double before) {
        return before == 0
                ? format("%+.4f", difference)
                : format("%+.1f %%", 100 * difference / before);
    }

    /** Compares alternating directions with a method at each weight of the regulariser. */
    private String compared(String what, Method method, ToDoubleFunction<Trial> figure) {
        List<String> changes = new ArrayList<>();
        List<Double> lower = new ArrayList<>();
        List<Double> higher = new ArrayList<>();
        List<Double> level = new ArrayList<>();
        List<Double> unsure = new ArrayList<>();
        for (double lambda : result.settings().lambdas()) {
            Outcome other = result.of(method, lambda);
            Measured change = result.of(Method.ADM, lambda).minus(other, figure);
            double before = other.of(figure).mean();
            changes.add(change(change.mean(), before) + " at " + number(lambda));
            (change.mean() < 0 ? lower : change.mean() > 0 ? higher : level).add(lambda);
            if (!change.isSurelyNegative() && !change.isSurelyPositive()) {
                unsure.add(lambda);
            }
        }
        return format(
                "%s at equal lambda, adm against %s: %s. So adm is %s%s.",
                what,
                method.id(),
                String.join(", ", changes),
                sides(lower, higher, level),
                doubt(unsure));
    }

    private String sides(List<Double> lower, List<Double> higher, List<Double> level) {
        List<String> parts = new ArrayList<>();
        addSide(parts, "lower", lower);
        addSide(parts, "higher", higher);
        addSide(parts, "level", level);
        return String.join(" and ", parts);
    }

    private void addSide(List<String> parts, String word, List<Double> where) {
        if (where.size() == result.settings().lambdas().size()) {
            parts.add(word + everywhere());
        } else if (!where.isEmpty()) {
            parts.add(word + " at " + numbers(where));
        }
    }

    private String everywhere() {
        return result.settings().lambdas().size() > 1 ? " at every lambda" : "";
    }

    private String doubt(List<Double> unsure) {
        if (result.settings().repetitions() == 1) {
            return "";
        }
        if (unsure.isEmpty()) {
            return ", beyond chance";
        }
        return unsure.size() == result.settings().lambdas().size()
                ? ", but within the noise"
                : ", but within the noise at " + numbers(unsure);
    }

    /** How much a higher weight still does for gradient descent, and for adm. */
    private String saturation() {
        List<Double> lambdas = result.settings().lambdas();
        double first = lambdas.get(0);
        double last = lambdas.get(lambdas.size() - 1);
        if (first == last) {
            return format(
                    "ends at %.4f, adm at %.4f.",
                    energy(Method.GD_GRID, last), energy(Method.ADM, last));
        }
        return format(
                "goes from %.4f to %.4f as lambda grows, adm from %.4f to %.4f.",
                energy(Method.GD_GRID, first),
                energy(Method.GD_GRID, last),
                energy(Method.ADM, first),
                energy(Method.ADM, last));
    }

    private double energy(Method method, double lambda) {
        return result.of(method, lambda).energy().mean();
    }

    private String segmentation() {
        Outcome adm = result.best(Method.ADM);
        List<String> parts = new ArrayList<>();
        for (Method method : List.of(Method.GD_GRID, Method.GD_QUADRATIC, Method.GD_TV)) {
            parts.add(points(adm, result.best(method)));
        }
        return format(
                "Mean IoU on test images, each at its best lambda%s: adm has %s %%, %s.",
                result.settings().lambdas().size() > 1 ? " (gd-quadratic at the highest)" : "",
                percent(adm.miou()),
                String.join(", ", parts));
    }

    private String variants() {
        Outcome adm = result.best(Method.ADM);
        return format(
                "Only the classes of an image's scribbles: %s. With the robust cross entropy"
                        + " besides: %s.",
                points(result.best(Method.ADM_RESTRICTED), adm),
                points(result.best(Method.ADM_ROBUST), adm));
    }

    private static String points(Outcome one, Outcome other) {
        Measured change = one.minus(other, trial -> 100 * trial.miou());
        boolean sure = change.isSurelyPositive() || change.isSurelyNegative();
        String noise = sure || Double.isNaN(change.half()) ? "" : " (within the noise)";
        return format(
                "%s%s points against %s%s",
                change.mean() > 0 ? "+" : "", change.text(1), other.method().id(), noise);
    }

    /** How much of what full masks would give is reached. */
    private Optional<String> ceiling() {
        double low = result.best(Method.PCE).miou().mean();
        double adm = result.best(Method.ADM).miou().mean();
        return result.findBest(Method.FULL)
                .map(full -> full.miou().mean())
                .map(
                        high ->
                                format(
                                                "Full masks give %.1f %%, scribbles alone %.1f %%.",
                                                100 * high, 100 * low)
                                        + (high > low && adm > low
                                                ? format(
                                                        " Of that gap adm closes %.0f %%.",
                                                        100 * (adm - low) / (high - low))
                                                : ""));
    }

    private Optional<String> masks() {
        double truth = result.maskEnergy();
        if (Double.isNaN(truth)) {
            return Optional.empty();
        }
        List<String> below =
                result.best().stream()
                        .filter(outcome -> outcome.energy().mean() < truth)
                        .map(outcome -> outcome.method().id())
                        .toList();
        return Optional.of(
                format("The true masks have a grid energy of %.4f; ", truth)
                        + (below.isEmpty()
                                ? "no method goes below it."
                                : String.join(", ", below)
                                        + " went below it, smoother than the truth."));
    }

    /** A best weight at the end of what was tried need not be the best. */
    private Optional<String> edge() {
        List<Double> lambdas = result.settings().lambdas();
        double last = lambdas.get(lambdas.size() - 1);
        List<String> atTheEnd =
                result.best().stream()
                        .filter(outcome -> outcome.method().sweep() == Method.Sweep.ALL)
                        .filter(outcome -> outcome.lambda() == last)
                        .map(outcome -> outcome.method().id())
                        .toList();
        return lambdas.size() == 1 || atTheEnd.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        format(
                                "The highest lambda tried is the best of %s: a higher one may be"
                                        + " better.",
                                String.join(", ", atTheEnd)));
    }

    private String caution() {
        String scores =
                result.hasMasks()
                        ? ""
                        : " Where images have no full masks, scores count scribbled pixels only"
                                + " and say little.";
        return (result.settings().repetitions() == 1
                        ? "One seed can't tell a difference from chance."
                        : "Intervals are those of "
                                + result.settings().repetitions()
                                + " seeds; other images or another network may rank the methods"
                                + " otherwise.")
                + scores;
    }

    static String percent(Measured share) {
        return new Measured(100 * share.mean(), 100 * share.half()).text(1);
    }

    /** Writes a weight as the user did. */
    static String number(double lambda) {
        return lambda == Math.rint(lambda) && lambda < 1e6
                ? Long.toString((long) lambda)
                : Double.toString(lambda);
    }

    private static String numbers(List<Double> lambdas) {
        return String.join(", ", lambdas.stream().map(Findings::number).toList());
    }

    private static String format(String form, Object... values) {
        return String.format(Locale.ROOT, form, values);
    }
}
