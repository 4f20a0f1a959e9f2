package io.github.gradkit.learninit.predict;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** Instances as they are. */
record PlainForm(NDList known) implements Canonical.Form {

    @Override
    public NDArray inward(NDArray argument) {
        return argument;
    }

    @Override
    public NDArray outward(NDArray argument) {
        return argument;
    }
}
