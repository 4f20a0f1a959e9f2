package io.github.gradkit.hyperopt;

/** How far a tower has come. */
final class Counters {

    /** Steps made; a step that was left out does not count. */
    long step;

    /** The value of the base schedule in the last step. */
    float schedule = 1f;

    /** Steps left out because a gradient was not finite. */
    long skippedSteps;

    /** Steps made without tuning because a hypergradient was not finite. */
    long skippedTunings;

    /** How often the tower went back to a snapshot. */
    long reverts;
}
