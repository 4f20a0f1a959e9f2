package io.github.gradkit.advtrain.evaluate;

/**
 * The signs of masked gradients.
 *
 * <p>Sources: A. Athalye, N. Carlini, D. Wagner, <em>Obfuscated Gradients Give a False Sense of
 * Security</em>, ICML 2018, section 3.1; N. Carlini et al., <em>On Evaluating Adversarial
 * Robustness</em>, 2019, section 5; the warnings of F. Croce and M. Hein's AutoAttack.
 */
public enum ChecklistItem {
    /** Accuracy is the clean one without perturbation, and 0 if anything is allowed. */
    EPSILON_SWEEP(
            1,
            "Accuracy goes from the clean one at epsilon 0 to 0 at a large epsilon",
            "Within a ball that holds other examples every input can become one of another class,"
                    + " so an attack that leaves accuracy there fails for reasons of its own.",
            "Look for parts of the model without a useful gradient; attack without gradients."),
    /** More steps find no less. */
    MORE_STEPS(
            2,
            "PGD is at least as strong as FGSM, and more steps never help the defender",
            "Following the gradient further can only lead downhill if the gradient points nowhere.",
            "Look for rounding, clipping or saturation in the model; try a smaller step size."),
    /** Attacks that see less find no more. */
    BLACK_BOX(
            3,
            "An attack without gradients breaks nothing that withstands those with gradients",
            "Who sees the gradient knows more. If that does not help, the gradient misleads.",
            "Rely on the attack without gradients; add restarts, other losses, and transferred"
                    + " attacks."),
    /** Noise finds no more than an attack. */
    RANDOM_NOISE(
            4,
            "Random noise of the same size is not stronger than PGD",
            "A search that is worse than guessing is no search.",
            "Look for parts of the model without a useful gradient."),
    /** Gradients are there and finite. */
    GRADIENTS(
            5,
            "Gradients are neither zero nor infinite",
            "Without a direction PGD stays at its random start, which says nothing about the"
                    + " model.",
            "Attack with the margin or DLR loss if logits are large; replace a part without"
                    + " gradient by a smooth one for the attack."),
    /** The model returns logits. */
    LOGITS(
            6,
            "The model returns logits, not probabilities",
            "The losses take the softmax themselves. A second one flattens their gradients.",
            "Attack the block in front of the softmax."),
    /** The same input gets the same scores. */
    RANDOM_OUTPUT(
            7,
            "The same input gets the same scores each time",
            "The gradient of one draw is not that of the average, and a lucky draw counts as"
                    + " broken.",
            "Attack the average over draws with AutoAttack.rand."),
    /** The forward pass does not optimise. */
    INNER_OPTIMISATION(
            8,
            "The forward pass does not optimise anything itself",
            "Attacks can't differentiate through it, and what it finds depends on the"
                    + " perturbation.",
            "Attack the model without that part, and adapt an attack to it."),
    /** Losses agree on what can be broken. */
    LOSSES_AGREE(
            9,
            "Cross-entropy and margin losses break about the same examples",
            "If only cross-entropy fails, the logits are scaled so that the softmax saturates.",
            "Report the worst case over both; the DLR loss does not depend on the scale."),
    /** The attack has converged. */
    CONVERGED(
            10,
            "The margin no longer falls at the end of the steps",
            "An attack that is stopped halfway down overstates robustness.",
            "Give the attack more steps."),
    /** No more targets than wrong classes. */
    TARGETS(
            11,
            "Targeted attacks ask for no more targets than there are wrong classes",
            "Further targets repeat others: they cost time and find nothing.",
            "Lower the number of targets to the number of classes less one.");

    private final int number;
    private final String title;
    private final String why;
    private final String remedy;

    ChecklistItem(int number, String title, String why, String remedy) {
        this.number = number;
        this.title = title;
        this.why = why;
        this.remedy = remedy;
    }

    /**
     * Returns the number of the line.
     *
     * @return from 1 to 11
     */
    public int number() {
        return number;
    }

    /**
     * Returns what is expected of a model whose robustness is real.
     *
     * @return a short statement
     */
    public String title() {
        return title;
    }

    /**
     * Returns why it matters.
     *
     * @return a sentence
     */
    public String why() {
        return why;
    }

    /**
     * Returns what to do if it does not hold.
     *
     * @return a sentence
     */
    public String remedy() {
        return remedy;
    }
}
