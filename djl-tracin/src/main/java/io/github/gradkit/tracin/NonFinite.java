package io.github.gradkit.tracin;

/** The error for a score that is not a number. */
final class NonFinite {

    private NonFinite() {}

    static IllegalStateException score(double value, Checkpoint checkpoint, String whose) {
        return new IllegalStateException(
                "The score "
                        + whose
                        + " is "
                        + value
                        + " at the checkpoint of step "
                        + checkpoint.step()
                        + " ("
                        + checkpoint.file()
                        + "): the weights there, the example or the loss are not finite, or"
                        + " overflow. Leave the checkpoint out if training diverged, or check the"
                        + " data");
    }
}
