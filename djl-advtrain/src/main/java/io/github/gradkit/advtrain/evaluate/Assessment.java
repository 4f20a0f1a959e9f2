package io.github.gradkit.advtrain.evaluate;

import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.support.state.StateFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Carries out an evaluation and draws its report up. */
final class Assessment {

    private static final double ROUNDING = 1e-4;

    private final Session session;
    private final Settings settings;
    private final Reach reach;
    private final Tally clean;
    private final ModelFacts facts;
    private final List<AttackScore> scores = new ArrayList<>();
    private final boolean[] brokenByAttacks;
    private final boolean[] brokenWithin;
    private final double[] worstMargins;
    private final Map<Double, Accuracy> curve = new LinkedHashMap<>();

    private Assessment(Session session) throws StateFileException {
        this.session = session;
        settings = session.settings();
        reach = Reach.of(settings.ball(), session.scan());
        clean = session.clean();
        facts = ModelFacts.of(session);
        brokenByAttacks = flags(clean);
        brokenWithin = flags(clean);
        worstMargins = clean.margins().clone();
    }

    static RobustnessReport of(Session session) throws StateFileException {
        Assessment assessment = new Assessment(session);
        assessment.requireDifferentiable();
        assessment.attack();
        assessment.curve();
        return assessment.report();
    }

    private static boolean[] flags(Tally tally) {
        boolean[] broken = new boolean[tally.status().length];
        merge(broken, tally);
        return broken;
    }

    private static void merge(boolean[] broken, Tally tally) {
        for (int i = 0; i < broken.length; i++) {
            broken[i] |= tally.isBroken(i);
        }
    }

    private void requireDifferentiable() {
        if (session.subject().hasGradients() && facts.collector() == ModelFacts.Answer.YES) {
            throw new IllegalArgumentException(
                    "The forward pass of the model opens a gradient collector of its own, and the"
                            + " engine allows only one at a time, so no attack can differentiate"
                            + " through it. Attack its scores alone: setScorer(scorer::score), with"
                            + " attacks that need no gradient.");
        }
    }

    private static Accuracy accuracy(boolean... broken) {
        int correct = 0;
        for (boolean flag : broken) {
            correct += flag ? 0 : 1;
        }
        return new Accuracy(correct, broken.length);
    }

    private void attack() throws StateFileException {
        for (Attack attack : settings.attacks()) {
            Tally tally = session.attack("attack/" + attack.name(), attack, clean.standing());
            boolean[] alone = flags(clean);
            merge(alone, tally);
            merge(brokenByAttacks, tally);
            scores.add(
                    new AttackScore(
                            attack.name(),
                            accuracy(alone),
                            accuracy(brokenByAttacks),
                            tally.ledger(),
                            tally.stages(),
                            tally.seconds()));
            within(tally);
        }
    }

    /** Takes note of what was found within the main epsilon. */
    private void within(Tally tally) {
        merge(brokenWithin, tally);
        for (int i : tally.tested()) {
            double margin = tally.margin(i);
            boolean worse = Double.isNaN(worstMargins[i]) || margin < worstMargins[i];
            worstMargins[i] = worse ? margin : worstMargins[i];
        }
    }

    /** A larger ball holds the smaller ones, so what is broken once stays broken. */
    private void curve() throws StateFileException {
        EpsilonBall ball = settings.ball();
        double[] wanted = settings.epsilons();
        boolean[] broken = flags(clean);
        for (double epsilon : wanted == null ? reach.epsilons() : wanted) {
            if (epsilon >= ball.epsilon()) {
                merge(broken, brokenByAttacks);
            }
            if (epsilon > 0) {
                boolean[] soFar = broken;
                int[] left = IntStream.range(0, broken.length).filter(i -> !soFar[i]).toArray();
                Attack attack = settings.curveAttack(epsilon);
                Tally tally = session.attack("curve/" + epsilon, attack, left);
                merge(broken, tally);
                if (epsilon <= ball.epsilon()) {
                    within(tally);
                }
            }
            curve.put(epsilon, accuracy(broken));
        }
    }

    private static void merge(boolean[] broken, boolean... others) {
        for (int i = 0; i < broken.length; i++) {
            broken[i] |= others[i];
        }
    }

    private RobustnessReport report() throws StateFileException {
        Optional<Certifier> certifier = Certifier.of(session);
        ChecklistRuns runs = null;
        ObfuscationChecklist checklist =
                ChecklistJudge.skipped("No checklist was wanted (optChecklistExamples(0)).");
        if (settings.checklistExamples() > 0) {
            runs = ChecklistRuns.of(session, clean, reach.whole(), facts.classes());
            checklist =
                    new ChecklistJudge(runs, facts, scores, reach.isAllFree(), settings.targets())
                            .judge();
        }
        return new RobustnessReport(
                settings.ball(),
                session.scan().shape().toString(),
                facts.classes(),
                accuracy(flags(clean)),
                accuracy(brokenWithin),
                scores,
                points(certifier.orElse(null)),
                certifier.map(this::certificate),
                checklist,
                runs == null ? List.of() : runs.convergence(),
                classes(),
                examples(),
                notes());
    }

    private List<CurvePoint> points(@Nullable Certifier certifier) {
        List<CurvePoint> points = new ArrayList<>();
        curve.forEach(
                (epsilon, accuracy) ->
                        points.add(
                                new CurvePoint(epsilon, accuracy, certified(certifier, epsilon))));
        return points;
    }

    private @Nullable Accuracy certified(@Nullable Certifier certifier, double epsilon) {
        return certifier == null ? null : certified(certifier.worstMargins(session, epsilon));
    }

    private static Accuracy certified(double... margins) {
        int safe = 0;
        for (double margin : margins) {
            safe += margin > 0 ? 1 : 0;
        }
        return new Accuracy(safe, margins.length);
    }

    private Certificate certificate(Certifier certifier) {
        double[] margins = certifier.worstMargins(session, settings.ball().epsilon());
        int contradictions = 0;
        int missed = 0;
        for (int i = 0; i < margins.length; i++) {
            double size = 1 + Math.abs(clean.margin(i)) + Math.abs(clean.margin(i) - margins[i]);
            contradictions += brokenWithin[i] && margins[i] > ROUNDING * size ? 1 : 0;
            missed += !brokenWithin[i] && margins[i] <= 0 ? 1 : 0;
        }
        return new Certificate(certified(margins), contradictions, missed);
    }

    private List<ClassScore> classes() {
        Map<Integer, int[]> counts = new TreeMap<>();
        for (int i = 0; i < brokenWithin.length; i++) {
            int[] count = counts.computeIfAbsent(session.scan().label(i), c -> new int[3]);
            count[0]++;
            count[1] += clean.isBroken(i) ? 0 : 1;
            count[2] += brokenWithin[i] ? 0 : 1;
        }
        return counts.entrySet().stream().map(Assessment::classScore).toList();
    }

    private static ClassScore classScore(Map.Entry<Integer, int[]> entry) {
        int[] count = entry.getValue();
        return new ClassScore(
                entry.getKey(), new Accuracy(count[1], count[0]), new Accuracy(count[2], count[0]));
    }

    private List<ExampleScore> examples() {
        return IntStream.range(0, brokenWithin.length)
                .mapToObj(
                        i ->
                                new ExampleScore(
                                        session.scan().label(i),
                                        !clean.isBroken(i),
                                        !brokenWithin[i],
                                        worstMargins[i]))
                .toList();
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>(reach.notes());
        long invalid =
                IntStream.range(0, brokenWithin.length)
                        .filter(i -> Double.isNaN(clean.margin(i)))
                        .count();
        if (invalid > 0) {
            notes.add(
                    invalid
                            + " examples get scores that are not numbers, without any perturbation."
                            + " They count as misclassified. Look for an overflow in the model.");
        }
        return notes;
    }
}
