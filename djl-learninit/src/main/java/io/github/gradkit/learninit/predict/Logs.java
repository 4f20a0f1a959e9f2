package io.github.gradkit.learninit.predict;

import io.github.gradkit.learninit.log.SolutionLog;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What fitting to a log needs. */
final class Logs {

    private Logs() {}

    static SolutionLog required(@Nullable SolutionLog log) {
        if (log == null) {
            throw new IllegalStateException(
                    "The rule has no log, so there is nothing to learn from. Call setLog before"
                            + " the rule is built.");
        }
        return log;
    }

    static void requireRows(SolutionLog log) {
        if (log.size() == 0) {
            throw new IllegalStateException(
                    "The log is empty, so there is nothing to learn from. Fill it with a Collector"
                            + " first.");
        }
    }

    /** Applies an operation to a rule; if it fails, the rule is closed. */
    static <R extends LearnedRule> R orClosed(R rule, UnaryOperator<R> operation) {
        try {
            return operation.apply(rule);
        } catch (RuntimeException | Error e) {
            rule.close();
            throw e;
        }
    }
}
