package io.github.gradkit.advtrain.evaluate;

import static io.github.gradkit.advtrain.evaluate.ChecklistRuns.BLACK_BOX;
import static io.github.gradkit.advtrain.evaluate.ChecklistRuns.DLR;
import static io.github.gradkit.advtrain.evaluate.ChecklistRuns.FGSM;
import static io.github.gradkit.advtrain.evaluate.ChecklistRuns.MARGIN;
import static io.github.gradkit.advtrain.evaluate.ChecklistRuns.NOISE;
import static io.github.gradkit.advtrain.evaluate.ChecklistRuns.PGD_10;
import static io.github.gradkit.advtrain.evaluate.ChecklistRuns.PGD_100;
import static io.github.gradkit.advtrain.evaluate.ChecklistRuns.PGD_50;
import static io.github.gradkit.advtrain.evaluate.ChecklistRuns.TARGETED;
import static io.github.gradkit.advtrain.evaluate.ChecklistRuns.WHOLE;
import static io.github.gradkit.advtrain.evaluate.ChecklistRuns.ZERO;

import io.github.gradkit.advtrain.attack.AttackStage;
import io.github.gradkit.advtrain.attack.Ledger;
import java.util.List;
import java.util.Locale;

/**
 * Turns what was measured into verdicts. Thresholds are shares of the examples looked at, and at
 * least a few of them, since one example more or less is chance.
 */
final class ChecklistJudge {

    private static final double SLIGHT = 0.01;
    private static final double CLEAR = 0.05;
    private static final double BLACK_BOX_LEAD = 0.002;
    // Random search beats PGD by a few points on honestly trained small networks too.
    private static final double BLACK_BOX_FAILURE = 0.05;
    private static final double FEW_ZEROS = 0.001;
    private static final double STEEP_END = 0.2;
    private static final int MANY_MISSED = 5;

    private final ChecklistRuns runs;
    private final ModelFacts facts;
    private final List<AttackScore> scores;
    private final boolean allFree;
    private final int targets;

    ChecklistJudge(
            ChecklistRuns runs,
            ModelFacts facts,
            List<AttackScore> scores,
            boolean allFree,
            int targets) {
        this.runs = runs;
        this.facts = facts;
        this.scores = scores;
        this.allFree = allFree;
        this.targets = targets;
    }

    /** Returns a checklist on which nothing was measured. */
    static ObfuscationChecklist skipped(String reason) {
        return new ObfuscationChecklist(
                List.of(ChecklistItem.values()).stream()
                        .map(item -> new ChecklistLine(item, Verdict.SKIPPED, reason))
                        .toList());
    }

    ObfuscationChecklist judge() {
        return new ObfuscationChecklist(
                List.of(ChecklistItem.values()).stream().map(this::line).toList());
    }

    private ChecklistLine line(ChecklistItem item) {
        Finding finding =
                switch (item) {
                    case EPSILON_SWEEP -> sweep();
                    case MORE_STEPS -> moreSteps();
                    case BLACK_BOX -> blackBox();
                    case RANDOM_NOISE -> noise();
                    case GRADIENTS -> gradients();
                    case LOGITS -> ModelLines.logits(facts);
                    case RANDOM_OUTPUT -> ModelLines.randomOutput(facts);
                    case INNER_OPTIMISATION -> ModelLines.innerOptimisation(facts);
                    case LOSSES_AGREE -> losses();
                    case CONVERGED -> converged();
                    case TARGETS -> ModelLines.targets(facts, targets);
                };
        return new ChecklistLine(item, finding.verdict(), finding.measured());
    }

    private boolean isEmpty() {
        return runs.size() == 0;
    }

    private static Finding noExamples() {
        return Finding.of(Verdict.SKIPPED, "No example is classified correctly to begin with.");
    }

    private Finding needsGradients() {
        return isEmpty()
                ? noExamples()
                : Finding.of(Verdict.SKIPPED, "The scorer tells no gradients.");
    }

    private static Finding noGradient() {
        return Finding.of(Verdict.SKIPPED, "Epsilon is 0, so no gradient was taken.");
    }

    /** A share of the examples, but at least a number of them. */
    private double atLeast(double share, int examples) {
        return Math.max(share * runs.size(), examples);
    }

    private String percent(int broken) {
        return Numbers.percent((double) (runs.size() - broken) / runs.size());
    }

    private Finding sweep() {
        if (isEmpty()) {
            return noExamples();
        }
        int lost = runs.broken(ZERO);
        int left = runs.size() - runs.broken(WHOLE);
        String measured =
                String.format(
                        Locale.ROOT,
                        "%d of %d examples lost at epsilon 0; %d left where the ball holds all"
                                + " inputs.",
                        lost,
                        runs.size(),
                        left);
        if (lost > 0) {
            return new Finding(Verdict.FAIL, measured);
        }
        if (left > 0 && (!allFree || runs.labels() < 2)) {
            String reason =
                    allFree ? " All have the same class." : " Some features may not change.";
            return new Finding(
                    Finding.grade(left, SLIGHT * runs.size(), runs.size()), measured + reason);
        }
        return new Finding(
                Finding.grade(left, SLIGHT * runs.size(), CLEAR * runs.size()), measured);
    }

    private Finding moreSteps() {
        if (!runs.has(FGSM)) {
            return needsGradients();
        }
        int fgsm = runs.broken(FGSM);
        int ten = runs.broken(PGD_10);
        int fifty = runs.broken(PGD_50);
        int hundred = runs.broken(PGD_100);
        int worse = Math.max(fgsm - fifty, Math.max(ten, fifty) - hundred);
        return Finding.of(
                Finding.grade(worse, atLeast(SLIGHT, 1), atLeast(CLEAR, 2)),
                "Left by FGSM %s, PGD-10 %s, PGD-50 %s, PGD-100 %s.",
                percent(fgsm),
                percent(ten),
                percent(fifty),
                percent(hundred));
    }

    private Finding blackBox() {
        if (!runs.has(FGSM)) {
            return needsGradients();
        }
        int only = runs.onlyBroken(BLACK_BOX, FGSM, PGD_10, PGD_50, PGD_100, MARGIN, DLR, TARGETED);
        double late = squareLead();
        Verdict verdict =
                late > BLACK_BOX_LEAD && only == 0
                        ? Verdict.WARN
                        : Finding.grade(
                                only, BLACK_BOX_LEAD * runs.size(), atLeast(BLACK_BOX_FAILURE, 2));
        return Finding.of(
                verdict,
                "%d of %d examples broken only without gradients (of %d that withstood PGD, before"
                        + " targeted attacks); left without gradients %s, by PGD-100 %s.%s",
                only,
                runs.size(),
                runs.tested(TARGETED),
                percent(runs.broken(BLACK_BOX)),
                percent(runs.broken(PGD_100)),
                late > 0
                        ? " Square alone broke "
                                + Numbers.percent(late)
                                + " of all after the rest of its set had failed."
                        : "");
    }

    /** Returns the share of all examples that only the Square at the end of a set broke. */
    private double squareLead() {
        double lead = 0;
        for (AttackScore score : scores) {
            List<AttackStage> stages = score.stages();
            // A set begins with what is misclassified as it is.
            if (stages.size() > 2 && stages.get(stages.size() - 1).name().startsWith("Square")) {
                int late = stages.get(stages.size() - 1).broken();
                lead = Math.max(lead, (double) late / score.accuracy().total());
            }
        }
        return lead;
    }

    private Finding noise() {
        if (isEmpty()) {
            return noExamples();
        }
        String attack = runs.has(PGD_50) ? PGD_50 : BLACK_BOX;
        int more = runs.broken(NOISE) - runs.broken(attack);
        int only = runs.onlyBroken(NOISE, attack, PGD_10, PGD_100);
        Verdict verdict =
                only > atLeast(SLIGHT, 1)
                        ? Verdict.WARN
                        : Finding.grade(more, 0, atLeast(SLIGHT, 1));
        return Finding.of(
                more > atLeast(SLIGHT, 1) ? Verdict.FAIL : verdict,
                "Left by noise %s, by %s %s; %d broken only by noise.",
                percent(runs.broken(NOISE)),
                attack.equals(PGD_50) ? "PGD-50" : "the attack without gradients",
                percent(runs.broken(attack)),
                only);
    }

    private Finding gradients() {
        if (!runs.has(FGSM)) {
            return needsGradients();
        }
        Ledger ledger = runs.ledger(FGSM, PGD_10, PGD_50, PGD_100);
        if (ledger.backward() == 0) {
            return noGradient();
        }
        double zeros = (double) ledger.zeroGradients() / ledger.backward();
        Verdict verdict =
                ledger.nanGradients() > 0 ? Verdict.FAIL : Finding.grade(zeros, FEW_ZEROS, CLEAR);
        return Finding.of(
                verdict,
                "%d of %d gradients are zero, %d not finite.",
                ledger.zeroGradients(),
                ledger.backward(),
                ledger.nanGradients());
    }

    private Finding losses() {
        if (!runs.has(MARGIN)) {
            return needsGradients();
        }
        int entropy = runs.broken(PGD_50);
        int margin = runs.broken(MARGIN);
        int dlr = runs.has(DLR) ? runs.broken(DLR) : margin;
        int lead = Math.max(margin, dlr) - entropy;
        int lag = entropy - Math.max(margin, dlr);
        // Honest models differ by a few examples; where the softmax saturates, most are missed.
        boolean most = lead >= MANY_MISSED && 2 * lead > Math.max(margin, dlr);
        boolean apart = Math.max(lead, lag) > atLeast(2 * CLEAR, 3);
        Verdict verdict = most ? Verdict.FAIL : apart ? Verdict.WARN : Verdict.PASS;
        return Finding.of(
                verdict,
                "Left by cross-entropy %s, by the margin %s%s.",
                percent(entropy),
                percent(margin),
                runs.has(DLR) ? ", by DLR " + percent(dlr) : "");
    }

    private Finding converged() {
        List<StepPoint> points = runs.convergence();
        if (points.size() < 2) {
            return needsGradients();
        }
        if (runs.ledger(PGD_100).backward() == 0) {
            return noGradient();
        }
        double start = points.get(0).margin();
        double before = points.get(points.size() - 2).margin();
        double end = points.get(points.size() - 1).margin();
        double fall = start - end;
        if (!Double.isFinite(fall)) {
            return Finding.of(Verdict.FAIL, "The margins are not numbers.");
        }
        if (fall <= 0) {
            return Finding.of(
                    Verdict.FAIL,
                    "100 steps do not lower the mean margin, %s.",
                    Numbers.digits(start));
        }
        double last = Math.abs(before - end) / fall;
        return Finding.of(
                Finding.grade(last, CLEAR, STEEP_END),
                "The mean margin goes from %s to %s; %s of that in the last 50 of 100 steps.",
                Numbers.digits(start),
                Numbers.digits(end),
                Numbers.percent((before - end) / fall));
    }
}
