package io.github.gradkit.support.model;

import ai.djl.Model;
import io.github.gradkit.support.TestModels;

/** Prints the fingerprint of the test network. */
final class FingerprintProgram {

    private FingerprintProgram() {}

    public static void main(String[] args) {
        try (Model model = TestModels.network()) {
            System.out.println(ModelFingerprint.of(model.getBlock()));
        }
    }
}
