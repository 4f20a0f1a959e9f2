package io.github.gradkit.advtrain.evaluate;

import io.github.gradkit.advtrain.attack.Apgd;
import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Fgsm;
import io.github.gradkit.advtrain.attack.Ledger;
import io.github.gradkit.advtrain.attack.Pgd;
import io.github.gradkit.advtrain.attack.RandomNoise;
import io.github.gradkit.advtrain.attack.StandardLoss;
import io.github.gradkit.support.data.ExampleReader;
import io.github.gradkit.support.state.StateFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The runs of the checklist on a part of the data set. */
final class ChecklistRuns {

    static final String ZERO = "zero";
    static final String WHOLE = "whole";
    static final String NOISE = "noise";
    static final String BLACK_BOX = "black-box";
    static final String FGSM = "fgsm";
    static final String PGD_10 = "pgd-10";
    static final String PGD_50 = "pgd-50";
    static final String PGD_100 = "pgd-100";
    static final String MARGIN = "margin";
    static final String DLR = "dlr";
    static final String TARGETED = "targeted";

    private static final int DRAWS = 20;
    private static final int TARGETS = 9;
    private static final int[] STEPS = {5, 10, 25, 50, 100};
    private static final int MANY = 50;

    private final Session session;
    private final int[] subset;
    private final Map<String, Tally> tallies = new LinkedHashMap<>();
    private final List<StepPoint> convergence = new ArrayList<>();

    private ChecklistRuns(Session session, int[] subset) {
        this.session = session;
        this.subset = subset;
    }

    /** Runs what the model allows for, on examples it classifies correctly. */
    static ChecklistRuns of(Session session, Tally clean, double whole, int classes)
            throws StateFileException {
        int[] correct = clean.standing();
        int[] places = ExampleReader.spread(correct.length, session.settings().checklistExamples());
        int[] subset = IntStream.of(places).map(i -> correct[i]).toArray();
        ChecklistRuns runs = new ChecklistRuns(session, subset);
        if (subset.length > 0) {
            runs.common(whole);
            if (session.subject().hasGradients()) {
                runs.gradients(classes);
                runs.convergence(clean);
            }
        }
        return runs;
    }

    private void common(double whole) throws StateFileException {
        Settings settings = session.settings();
        EpsilonBall ball = settings.ball();
        // Step sizes in proportion to epsilon would be refused.
        run(ZERO, RandomNoise.of(ball.withEpsilon(0), 1, settings.seed()));
        run(WHOLE, settings.curveAttack(whole));
        run(NOISE, RandomNoise.of(ball, DRAWS, settings.seed()));
        run(BLACK_BOX, settings.blackBoxAttack());
    }

    private void gradients(int classes) throws StateFileException {
        run(FGSM, Fgsm.of(session.settings().ball()));
        run(PGD_10, pgd(10).build());
        run(PGD_50, pgd(MANY).build());
        run(PGD_100, pgd(2 * MANY).build());
        run(MARGIN, pgd(MANY).optLoss(StandardLoss.MARGIN).build());
        if (classes > 2) {
            run(DLR, pgd(MANY).optLoss(StandardLoss.DLR).build());
        }
        targeted();
    }

    /**
     * Gives what only the attack without gradients broke to a stronger one with gradients. Square
     * breaks more than untargeted PGD of an honest robust model, too; what counts is whether
     * gradients can't, not whether the simplest attack doesn't.
     */
    private void targeted() throws StateFileException {
        int[] missed =
                IntStream.of(subset)
                        .filter(i -> broke(BLACK_BOX, i))
                        .filter(i -> !broke(FGSM, i) && !broke(PGD_10, i) && !broke(PGD_50, i))
                        .filter(i -> !broke(PGD_100, i) && !broke(MARGIN, i) && !broke(DLR, i))
                        .toArray();
        Settings settings = session.settings();
        Attack attack =
                Apgd.builder()
                        .setBall(settings.ball())
                        .optTargets(TARGETS)
                        .optSeed(settings.seed())
                        .build();
        tallies.put(TARGETED, session.attack("checklist/" + TARGETED, attack, missed));
    }

    /** Follows the margin over the steps, of all examples to the end. */
    private void convergence(Tally clean) throws StateFileException {
        convergence.add(new StepPoint(0, mean(clean)));
        for (int steps : STEPS) {
            String name = "steps-" + steps;
            // The margin is what is minimised, so that a saturated softmax does not hide it.
            run(name, pgd(steps).optLoss(StandardLoss.MARGIN).optEarlyStop(false).build());
            convergence.add(new StepPoint(steps, mean(tally(name))));
        }
    }

    private Pgd.Builder pgd(int steps) {
        Settings settings = session.settings();
        return Pgd.builder().setBall(settings.ball()).optSteps(steps).optSeed(settings.seed());
    }

    private double mean(Tally tally) {
        return IntStream.of(subset)
                .mapToDouble(tally::margin)
                .filter(Double::isFinite)
                .average()
                .orElse(Double.NaN);
    }

    private void run(String name, Attack attack) throws StateFileException {
        tallies.put(name, session.attack("checklist/" + name, attack, subset));
    }

    boolean has(String name) {
        return tallies.containsKey(name);
    }

    private Tally tally(String name) {
        Tally tally = tallies.get(name);
        if (tally == null) {
            throw new IllegalStateException("no run named " + name);
        }
        return tally;
    }

    /** Returns how many examples were looked at. */
    int size() {
        return subset.length;
    }

    /** Returns how many different classes they have. */
    int labels() {
        return Math.toIntExact(IntStream.of(subset).map(session.scan()::label).distinct().count());
    }

    /** Returns how many examples a run was made on. */
    int tested(String name) {
        return tally(name).tested().length;
    }

    int broken(String name) {
        return tally(name).brokenCount();
    }

    /** Returns how many examples one run broke and none of the others did. */
    int onlyBroken(String name, String... others) {
        return Math.toIntExact(
                IntStream.of(subset)
                        .filter(tally(name)::isBroken)
                        .filter(i -> List.of(others).stream().noneMatch(o -> broke(o, i)))
                        .count());
    }

    private boolean broke(String name, int index) {
        return has(name) && tally(name).isBroken(index);
    }

    /** Returns what some of the runs cost together. */
    Ledger ledger(String... names) {
        Ledger sum = Ledger.EMPTY;
        for (String name : names) {
            sum = sum.plus(tally(name).ledger());
        }
        return sum;
    }

    /** Returns the mean margin over the steps; empty without gradients. */
    List<StepPoint> convergence() {
        return convergence;
    }
}
