package io.github.gradkit.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Reads the templates, style sheets and scripts from the class path. */
final class Assets {

    private static final String UPLOT = "META-INF/resources/webjars/uplot/1.6.30/";

    private Assets() {}

    /** Reads a resource of this package. */
    static String own(String name) {
        return read(Assets.class.getResourceAsStream(name), name);
    }

    static String chartCss() {
        return webjar("dist/uPlot.min.css");
    }

    /** The chart library, preceded by its licence. */
    static String chartScript() {
        return "/*! uPlot\n"
                + webjar("LICENSE").strip()
                + "\n*/\n"
                + webjar("dist/uPlot.iife.min.js").strip()
                + "\n";
    }

    static String sha256(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] hash = digest.digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String webjar(String name) {
        return read(Assets.class.getClassLoader().getResourceAsStream(UPLOT + name), UPLOT + name);
    }

    private static String read(@Nullable InputStream stream, String name) {
        if (stream == null) {
            throw new IllegalStateException(
                    "resource "
                            + name
                            + " is not on the class path; the jar of this library or of uPlot"
                            + " (org.webjars.npm:uplot:1.6.30) is missing or has been stripped");
        }
        try (stream) {
            // Browsers read line ends as LF, and the hash of a script is that of what they read.
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read resource " + name, e);
        }
    }
}
