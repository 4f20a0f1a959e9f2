package io.github.gradkit.hyperopt;

/**
 * What became of one tuned hyperparameter.
 *
 * @param level the level whose hyperparameter it is; 0 is the base, which updates the weights
 * @param group the group of parameters it holds for; an empty text if there are no groups
 * @param hyperparameter which one
 * @param initial its first value
 * @param value its value now
 */
public record LearnedValue(
        int level, String group, Hyperparameter hyperparameter, double initial, double value) {

    /**
     * Returns the name used in traces.
     *
     * @return such as {@code level0/alpha}, or {@code level0/02Linear_weight/alpha} with groups
     */
    public String name() {
        String middle = group.isEmpty() ? "" : group + "/";
        return "level" + level + "/" + middle + hyperparameter;
    }
}
