package io.github.gradkit.learninit.descent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** The gradient itself, or its sign. */
record PlainRule(boolean sign) implements StepRule {

    @Override
    public String name() {
        return sign ? "sign" : "gradient";
    }

    @Override
    public Directions begin(NDManager manager) {
        return sign ? NDArray::sign : NDArray::duplicate;
    }
}
