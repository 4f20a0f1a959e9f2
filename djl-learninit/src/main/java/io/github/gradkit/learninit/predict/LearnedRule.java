package io.github.gradkit.learninit.predict;

import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.log.SolutionLog;
import io.github.gradkit.learninit.start.StartRule;
import io.github.gradkit.support.state.StateFileException;
import java.nio.file.Path;

/** A start rule with a predictor that is fitted to a log. */
public sealed interface LearnedRule extends StartRule, AutoCloseable permits ArgInit, ValueInit {

    /**
     * Fits the predictor to the log as it is now. The first fit begins with weights drawn from the
     * seed, a later one with the weights of the last.
     *
     * @return this rule
     * @throws IllegalStateException if there is no log or it is empty, or a gradient collector is
     *     open
     */
    LearnedRule fit();

    /**
     * Tells whether the predictor was fitted or loaded.
     *
     * @return true if the rule can propose
     */
    boolean isFitted();

    /**
     * Returns the log that the predictor is fitted to.
     *
     * @return the log
     * @throws IllegalStateException if the rule was loaded without one
     */
    SolutionLog log();

    /**
     * Returns what all fits together have cost.
     *
     * @return the time, and as predictions one for each row and epoch
     */
    Cost fitCost();

    /**
     * Returns how well the last fit ended.
     *
     * @return the mean loss over its last epoch: the squared error, divided by the variance of the
     *     targets; NaN before the first fit
     */
    double fitLoss();

    /**
     * Writes the fitted predictor.
     *
     * @param file the file; its folder must exist. It is replaced wholly or not at all
     * @throws StateFileException if it can't be written
     * @throws IllegalStateException if the predictor is not fitted
     */
    void save(Path file) throws StateFileException;

    /** Closes the predictor. The log needs no closing. */
    @Override
    void close();
}
