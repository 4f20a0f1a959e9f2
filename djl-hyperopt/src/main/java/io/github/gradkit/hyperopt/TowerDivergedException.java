package io.github.gradkit.hyperopt;

/**
 * Tells that a hyperparameter is no longer a finite number, so no update can be made with it.
 *
 * <p>The weights are those before the step. Training on needs a smaller rate at the level that
 * tunes the hyperparameter, or {@link Safeguards}.
 */
public class TowerDivergedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message which hyperparameter became what, and what to do
     */
    public TowerDivergedException(String message) {
        super(message);
    }
}
