package io.github.gradkit.support.state;

import ai.djl.engine.Engine;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What a state file holds and where it comes from.
 *
 * @param kind what the file holds, for example {@code tracin-checkpoint}; not blank
 * @param version the version of the layout of this kind, 1 or more
 * @param fingerprint the {@link io.github.gradkit.support.model.ModelFingerprint} of the model the
 *     arrays belong to, or an empty text if they belong to no model
 * @param djlVersion the version of Deep Java Library that wrote the file
 * @param seed the seed of the run; empty if it had none
 * @param properties further facts by name, in the order they were given; unmodifiable
 */
public record StateHeader(
        String kind,
        int version,
        String fingerprint,
        String djlVersion,
        OptionalLong seed,
        Map<String, String> properties) {

    /**
     * Checks and copies the components.
     *
     * @param kind what the file holds, for example {@code tracin-checkpoint}; not blank
     * @param version the version of the layout of this kind, 1 or more
     * @param fingerprint the {@link io.github.gradkit.support.model.ModelFingerprint} of the model
     *     the arrays belong to, or an empty text if they belong to no model
     * @param djlVersion the version of Deep Java Library that wrote the file
     * @param seed the seed of the run; empty if it had none
     * @param properties further facts by name, in the order they were given; unmodifiable
     * @throws IllegalArgumentException if the kind is blank or the version is below 1
     */
    public StateHeader {
        Objects.requireNonNull(fingerprint, "fingerprint");
        Objects.requireNonNull(djlVersion, "djlVersion");
        Objects.requireNonNull(seed, "seed");
        if (kind.isBlank()) {
            throw new IllegalArgumentException(
                    "The kind must not be blank: it keeps a reader from taking the file for"
                            + " something else. Give it a name such as 'tracin-checkpoint'.");
        }
        if (version < 1) {
            throw new IllegalArgumentException(
                    "The version must be 1 or more, but was " + version + ".");
        }
        properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
        properties.forEach(StateHeader::checkProperty);
    }

    private static void checkProperty(String name, String value) {
        Objects.requireNonNull(name, "property name");
        Objects.requireNonNull(value, () -> "value of property '" + name + "'");
    }

    /**
     * Returns a header with the running version of Deep Java Library, no seed and no properties.
     *
     * @param kind what the file holds; not blank
     * @param version the version of the layout of this kind, 1 or more
     * @param fingerprint the fingerprint of the model, or an empty text
     * @return the header
     * @throws IllegalArgumentException if the kind is blank or the version is below 1
     */
    public static StateHeader of(String kind, int version, String fingerprint) {
        return of(kind, version, fingerprint, OptionalLong.empty(), Map.of());
    }

    /**
     * Returns a header with the running version of Deep Java Library.
     *
     * @param kind what the file holds; not blank
     * @param version the version of the layout of this kind, 1 or more
     * @param fingerprint the fingerprint of the model, or an empty text
     * @param seed the seed of the run; empty if it had none
     * @param properties further facts by name
     * @return the header
     * @throws IllegalArgumentException if the kind is blank or the version is below 1
     */
    public static StateHeader of(
            String kind,
            int version,
            String fingerprint,
            OptionalLong seed,
            Map<String, String> properties) {
        return new StateHeader(
                kind, version, fingerprint, Engine.getDjlVersion(), seed, properties);
    }

    /**
     * Returns a copy of this header with a seed.
     *
     * @param newSeed the seed of the run
     * @return the copy
     */
    public StateHeader withSeed(long newSeed) {
        OptionalLong present = OptionalLong.of(newSeed);
        return new StateHeader(kind, version, fingerprint, djlVersion, present, properties);
    }

    /**
     * Returns a copy of this header with one more property.
     *
     * @param name the name of the property; a property of this name is replaced
     * @param value the value
     * @return the copy
     */
    public StateHeader withProperty(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(properties);
        more.put(name, value);
        return new StateHeader(kind, version, fingerprint, djlVersion, seed, more);
    }

    /**
     * Checks that this header is of the kind a reader wants, and not too new for it.
     *
     * <p>A version below the given one passes: the reader knows how older layouts look.
     *
     * @param file the file the header was read from, for the messages
     * @param wantedKind the kind the reader understands
     * @param newestVersion the newest version of that kind the reader understands
     * @throws StateFileException if the kind differs or the version is newer
     */
    public void require(Path file, String wantedKind, int newestVersion) throws StateFileException {
        HeaderCheck.kind(file, this, wantedKind, newestVersion);
    }

    /**
     * Checks that this header is of the kind a reader wants, not too new for it, and of its model.
     *
     * @param file the file the header was read from, for the messages
     * @param wantedKind the kind the reader understands
     * @param newestVersion the newest version of that kind the reader understands
     * @param wantedFingerprint the fingerprint of the reader's model
     * @throws StateFileException if the kind or the fingerprint differs, or the version is newer
     */
    public void require(Path file, String wantedKind, int newestVersion, String wantedFingerprint)
            throws StateFileException {
        require(file, wantedKind, newestVersion);
        HeaderCheck.model(file, this, wantedFingerprint);
    }
}
