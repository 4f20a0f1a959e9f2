package io.github.gradkit.advtrain.evaluate;

import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.report.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link RobustnessEvaluator} found.
 *
 * <p>An example counts as robust only if it is classified correctly, and no attack, no restart and
 * no smaller radius broke it. Where an attack failed, robustness is not proven: every robust
 * accuracy here is an upper bound, except the {@linkplain #certificate() certified} one of a linear
 * model, which is exact.
 *
 * @param ball where perturbed inputs may lie
 * @param inputShape the shape of one example
 * @param classes how many classes the model tells apart
 * @param clean the accuracy without perturbation
 * @param robust the accuracy in the worst case over all attacks, restarts, and radii of the curve
 *     up to epsilon
 * @param attacks what each attack came to, each measured on all examples
 * @param curve accuracy over the radius, in ascending order
 * @param certificate the exact robustness, if the model is linear
 * @param checklist signs that the attacks failed for reasons of their own
 * @param convergence how far PGD comes with more steps; empty without gradients or checklist
 * @param perClass the accuracies on the examples of each class that occurs
 * @param examples what became of each example; the index is that in the data set
 * @param notes remarks on the data or the radius
 */
public record RobustnessReport(
        EpsilonBall ball,
        String inputShape,
        int classes,
        Accuracy clean,
        Accuracy robust,
        List<AttackScore> attacks,
        List<CurvePoint> curve,
        Optional<Certificate> certificate,
        ObfuscationChecklist checklist,
        List<StepPoint> convergence,
        List<ClassScore> perClass,
        List<ExampleScore> examples,
        List<String> notes) {

    /**
     * Copies the lists.
     *
     * @param ball where perturbed inputs may lie
     * @param inputShape the shape of one example
     * @param classes how many classes the model tells apart
     * @param clean the accuracy without perturbation
     * @param robust the accuracy in the worst case
     * @param attacks what each attack came to
     * @param curve accuracy over the radius
     * @param certificate the exact robustness, if the model is linear
     * @param checklist signs that the attacks failed for reasons of their own
     * @param convergence how far PGD comes with more steps
     * @param perClass the accuracies on the examples of each class that occurs
     * @param examples what became of each example
     * @param notes remarks on the data or the radius
     */
    public RobustnessReport {
        attacks = List.copyOf(attacks);
        curve = List.copyOf(curve);
        convergence = List.copyOf(convergence);
        perClass = List.copyOf(perClass);
        examples = List.copyOf(examples);
        notes = List.copyOf(notes);
    }

    /**
     * Tells whether the robust accuracy can't be trusted.
     *
     * @return true if a line of the checklist has failed, or an attack broke what is certified
     */
    public boolean flagged() {
        return checklist.flagged() || certificate.map(c -> c.contradictions() > 0).orElse(false);
    }

    /**
     * Returns what one attack came to.
     *
     * @param name the name of the attack
     * @return its score, or nothing if no attack of that name ran
     */
    public Optional<AttackScore> attack(String name) {
        return attacks.stream().filter(a -> a.name().equals(name)).findFirst();
    }

    /**
     * Returns all figures except those of single examples.
     *
     * @return a JSON object; numbers that are not finite are null
     */
    public String toJson() {
        return ReportJson.of(this);
    }

    /**
     * Starts a page that shows all figures, to which more can be added.
     *
     * @param title the title of the page; not blank
     * @return the page without an end
     * @throws IllegalArgumentException if the title is blank
     */
    public Report.Builder page(String title) {
        return ReportPage.of(title, this);
    }

    /**
     * Makes a page that shows all figures.
     *
     * @return the page
     */
    public Report toReport() {
        return page("Robustness").build();
    }

    /**
     * Writes the page to an HTML file that needs nothing else.
     *
     * @param file the file to write; replaced if it exists
     * @throws IOException if the file cannot be written
     */
    public void writeTo(Path file) throws IOException {
        toReport().writeTo(file);
    }
}
