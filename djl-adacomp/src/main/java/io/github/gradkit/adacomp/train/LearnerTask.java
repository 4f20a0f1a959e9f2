package io.github.gradkit.adacomp.train;

/** What each learner does, in a thread of its own. */
@FunctionalInterface
public interface LearnerTask {

    /**
     * Trains one model.
     *
     * @param learner who is to do it
     * @throws Exception if it fails, which stops all learners
     */
    void run(Learner learner) throws Exception;
}
