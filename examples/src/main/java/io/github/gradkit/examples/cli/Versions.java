package io.github.gradkit.examples.cli;

import ai.djl.engine.Engine;
import io.github.gradkit.examples.Gradkit;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The versions of what is running. */
public final class Versions implements IVersionProvider {

    /** Makes a provider. */
    public Versions() {}

    @Override
    public String[] getVersion() {
        return new String[] {
            "Gradkit " + gradkit(), "DJL " + djl(), "Java " + Runtime.version(),
        };
    }

    /**
     * Returns the version of Gradkit.
     *
     * @return such as 1.0.0
     */
    public static String gradkit() {
        Properties properties = new Properties();
        try (InputStream in = Gradkit.class.getResourceAsStream("gradkit.properties")) {
            properties.load(Objects.requireNonNull(in, "gradkit.properties"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }

    /**
     * Returns the version of DJL.
     *
     * @return such as 1.0.0
     */
    public static String djl() {
        return Engine.getDjlVersion();
    }

    /**
     * Returns the closing line of reports; loads the engine.
     *
     * @return names all versions
     */
    public static String footer() {
        return String.format("Made by Gradkit %s, DJL %s, %s.", gradkit(), djl(), engine());
    }

    /**
     * Returns the engine and its version; loads the engine.
     *
     * @return such as PyTorch 1.0.0
     */
    public static String engine() {
        Engine engine = Engine.getInstance();
        return engine.getEngineName() + " " + engine.getVersion();
    }
}
