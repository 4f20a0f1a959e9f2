package io.github.gradkit.advtrain.attack;

import ai.djl.ndarray.NDArray;

/** What attacks have in common: attempts, each on the examples that no attempt before broke. */
abstract class RestartedAttack implements Attack {

    private final EpsilonBall ball;

    RestartedAttack(EpsilonBall ball) {
        this.ball = ball;
    }

    @Override
    public final EpsilonBall ball() {
        return ball;
    }

    /** Returns what is maximised. */
    abstract AttackLoss loss();

    /** Tells whether an example is done once it is broken. */
    boolean stopsEarly() {
        return true;
    }

    /** Returns how many attempts to make on a model with a number of classes. */
    abstract int attempts(AttackTask task, Predictions clean);

    /**
     * Makes one attempt.
     *
     * @param task the examples that still stand; not to be closed
     * @param attempt its number, from 0
     * @param clean the scores of the inputs of the whole batch
     * @param worst receives what is found
     */
    abstract void attempt(AttackTask task, int attempt, Predictions clean, Worst worst);

    @Override
    public final AttackResult perturb(Scorer scorer, AttackInput input) {
        try (AttackTask opened = AttackTask.open(scorer, input, ball);
                AttackTask task = loss().needsCleanLogits() ? opened.withCleanLogits() : opened;
                Worst worst = new Worst(task.zero(), stopsEarly());
                NDArray zero = task.zero()) {
            Evaluation clean = task.query(zero, loss());
            worst.offer(task, zero, clean);
            if (ball.epsilon() > 0) {
                run(task, clean.predictions(), worst);
            }
            NDArray adversarial = task.region().inputs(worst.u());
            adversarial.attach(input.inputs().getManager());
            return new AttackResult(adversarial, worst.success(), worst.margins(), task.ledger());
        }
    }

    private void run(AttackTask task, Predictions clean, Worst worst) {
        int attempts = attempts(task, clean);
        for (int attempt = 0; attempt < attempts; attempt++) {
            int[] standing = stopsEarly() ? worst.standing() : task.rows();
            if (standing.length == 0) {
                return;
            }
            if (standing.length == task.size()) {
                attempt(task, attempt, clean, worst);
            } else {
                try (AttackTask rest = task.select(standing)) {
                    attempt(rest, attempt, clean, worst);
                }
            }
        }
    }
}
