package io.github.gradkit.adacomp.exchange;

/**
 * What a learner asks of its group. Learners meet only in equal calls.
 *
 * @param what the kind of call, as it stands in messages
 * @param number the step, or the rank
 */
record Call(String what, long number) {

    @Override
    public String toString() {
        return what + " " + number;
    }
}
