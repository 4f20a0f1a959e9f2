package io.github.gradkit.advtrain.evaluate;

/** The lines of the checklist that a few queries are enough for. */
final class ModelLines {

    private static final double RANDOM_DISTANCE = 1e-4;

    private ModelLines() {}

    static Finding logits(ModelFacts facts) {
        return facts.probabilities()
                ? Finding.of(
                        Verdict.WARN,
                        "All scores of %d examples lie in 0 to 1, as probabilities do.",
                        facts.examples())
                : Finding.of(Verdict.PASS, "Scores reach %s.", Numbers.digits(facts.scale()));
    }

    static Finding randomOutput(ModelFacts facts) {
        boolean random =
                facts.changed() > 0
                        || facts.distance() > RANDOM_DISTANCE * Math.max(1, facts.scale());
        return Finding.of(
                random ? Verdict.FAIL : Verdict.PASS,
                "%d answers to %d inputs differ by at most %s; %d predictions changed.",
                ModelFacts.REPEATS,
                facts.examples(),
                Numbers.digits(facts.distance()),
                facts.changed());
    }

    static Finding innerOptimisation(ModelFacts facts) {
        return switch (facts.collector()) {
            case YES -> Finding.of(Verdict.WARN, "The forward pass takes gradients.");
            case NO ->
                    Finding.of(
                            Verdict.PASS,
                            "The forward pass takes no gradients of the engine. (A search by other"
                                    + " means would not be seen.)");
            case UNKNOWN ->
                    Finding.of(
                            Verdict.SKIPPED, "The engine has no gradients, so it can't be told.");
        };
    }

    static Finding targets(ModelFacts facts, int targets) {
        int wrong = facts.classes() - 1;
        if (targets == 0) {
            return Finding.of(
                    Verdict.PASS,
                    "%d wrong classes; the targeted attacks here never ask for more.",
                    wrong);
        }
        return Finding.of(
                targets > wrong ? Verdict.WARN : Verdict.PASS,
                "%d targets, %d wrong classes.",
                targets,
                wrong);
    }
}
