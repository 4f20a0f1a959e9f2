package io.github.gradkit.support.state;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Named arrays and a header in one file that survives crashes.
 *
 * <p>The file is a valid <a href="https://github.com/huggingface/safetensors">safetensors</a> file
 * (8 bytes of length, a JSON header, the data), so other tools can read its arrays. The header
 * object of Gradkit and two CRC-32C checksums, one over the header with its length, one over the
 * data, are in the {@code __metadata__} of the JSON header. Together with the checked size of the
 * file they find every changed byte, every missing byte and every byte too many.
 *
 * <p>A file is written under another name in the same folder, forced to the disk, and only then
 * renamed to its final name. A reader therefore sees the old file or the new one, never a part of
 * one. A process that is killed in between leaves a file named {@code .gradkit-*.tmp}, which no
 * reader looks at and which may be deleted when nothing is writing.
 *
 * <p>An interrupt of the thread neither ends nor spoils writing and reading: it is there again
 * afterwards.
 *
 * <p>Supported data types are float32, float64, float16, int8, uint8, int32, int64 and boolean.
 * Arrays are copied in pieces; the whole of them is never in the Java heap.
 */
public final class StateFile {

    private final Path file;
    private final StateHeader header;
    private final Map<String, NDArray> arrays;

    StateFile(Path file, StateHeader header, Map<String, NDArray> arrays) {
        this.file = file;
        this.header = header;
        this.arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
    }

    /**
     * Writes a state file, replacing an older one of the same name in one step.
     *
     * <p>If this method fails, the older file is as it was. A symbolic link is replaced, not
     * followed.
     *
     * @param file the file; its folder must exist
     * @param header what the file holds
     * @param arrays the arrays by name, of any shape; they stay owned by the caller and are left
     *     unchanged
     * @throws StateFileException if the file cannot be written
     * @throws IllegalArgumentException if an array has an unsupported data type, or is named {@code
     *     __metadata__}, which the format reserves
     */
    public static void write(Path file, StateHeader header, Map<String, NDArray> arrays)
            throws StateFileException {
        StateFileWriter.write(file, header, arrays);
    }

    /**
     * Reads and verifies the header of a state file, but not its arrays.
     *
     * <p>The cost does not depend on the size of the arrays. The size of the file is verified too.
     *
     * @param file the file
     * @return the header
     * @throws StateFileException if the file is missing, is not a state file, is newer than this
     *     program, is cut off or too long, or its header is damaged
     */
    public static StateHeader readHeader(Path file) throws StateFileException {
        return StateFileReader.readHeader(file);
    }

    /**
     * Reads and verifies a state file.
     *
     * @param file the file
     * @param manager the manager that owns the arrays; if reading fails, none stay attached to it
     * @return the header and the arrays
     * @throws StateFileException if the file is missing, is not a state file, is newer than this
     *     program, is cut off, too long or damaged
     */
    public static StateFile read(Path file, NDManager manager) throws StateFileException {
        return StateFileReader.read(file, manager);
    }

    /**
     * Returns the header.
     *
     * @return the header
     */
    public StateHeader header() {
        return header;
    }

    /**
     * Returns the arrays.
     *
     * @return the arrays by name, in the order they were written; unmodifiable; owned by the
     *     manager given to {@link #read(Path, NDManager)}
     */
    public Map<String, NDArray> arrays() {
        return arrays;
    }

    /**
     * Checks that this file is of the kind a reader wants, not too new for it, and of its model.
     *
     * <p>To check before the arrays are read, use {@link #readHeader(Path)} and {@link
     * StateHeader#require(Path, String, int, String)}.
     *
     * @param kind the kind the reader understands
     * @param newestVersion the newest version of that kind the reader understands
     * @param fingerprint the fingerprint of the reader's model
     * @throws StateFileException if the kind or the fingerprint differs, or the version is newer
     */
    public void require(String kind, int newestVersion, String fingerprint)
            throws StateFileException {
        header.require(file, kind, newestVersion, fingerprint);
    }
}
