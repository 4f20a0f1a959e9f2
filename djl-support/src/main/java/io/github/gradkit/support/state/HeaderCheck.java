package io.github.gradkit.support.state;

import java.nio.file.Path;

/** Compares a header with what a reader wants. */
final class HeaderCheck {

    private HeaderCheck() {}

    static void kind(Path file, StateHeader header, String kind, int newestVersion)
            throws StateFileException {
        if (!header.kind().equals(kind)) {
            throw StateFileException.of(file, wrongKind(header, kind));
        }
        if (header.version() > newestVersion) {
            throw StateFileException.of(file, newerVersion(header, newestVersion));
        }
    }

    static void model(Path file, StateHeader header, String fingerprint) throws StateFileException {
        if (!header.fingerprint().equals(fingerprint)) {
            throw StateFileException.of(file, wrongModel(header, fingerprint));
        }
    }

    private static String wrongKind(StateHeader header, String kind) {
        return "It holds '"
                + header.kind()
                + "', but '"
                + kind
                + "' is wanted. Check that the path is the right one.";
    }

    private static String newerVersion(StateHeader header, int newestVersion) {
        return "It is version "
                + header.version()
                + " of '"
                + header.kind()
                + "', but this program understands versions up to "
                + newestVersion
                + ". Read it with the newer release that wrote it, or update this program.";
    }

    private static String wrongModel(StateHeader header, String fingerprint) {
        return "It belongs to a model with fingerprint "
                + header.fingerprint()
                + ", but the model at hand has "
                + fingerprint
                + ": some parameter has another name, place, shape or data type, so the arrays do"
                + " not fit. Build the model as it was when the file was written, or write the"
                + " file anew.";
    }
}
