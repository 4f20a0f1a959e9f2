package io.github.gradkit.learninit.log;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.gradkit.learninit.problem.Problem;
import io.github.gradkit.support.state.StateFile;
import io.github.gradkit.support.state.StateFileException;
import io.github.gradkit.support.state.StateHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The files of a log: parts numbered from 0, each with the rows of one save. */
final class LogFolder {

    static final String KIND = "learninit-log";
    static final int VERSION = 1;
    private static final String PROBLEM = "problem";
    private static final String ARGUMENT = "argument";
    private static final String KNOWN = "known";
    private static final String SUFFIX = ".solutions";

    private final Path folder;
    private final String identity;
    private final String argument;
    private int parts;

    private LogFolder(Path folder, Problem<?> problem) {
        this.folder = folder;
        identity = problem.identity();
        argument = problem.argument().toString();
    }

    static LogFolder open(Path folder, Problem<?> problem) throws StateFileException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new StateFileException("Folder " + folder + " can't be created: " + e, e);
        }
        LogFolder log = new LogFolder(folder, problem);
        log.parts = log.countParts();
        return log;
    }

    private Path file(int part) {
        // Of the root locale: others write digits of their own, and would look for other files.
        return folder.resolve(String.format(Locale.ROOT, "part-%06d%s", part, SUFFIX));
    }

    /** Counts the parts and checks that they are numbered without a gap. */
    private int countParts() throws StateFileException {
        List<Path> found;
        try (Stream<Path> files = Files.list(folder)) {
            found = files.filter(file -> file.toString().endsWith(SUFFIX)).toList();
        } catch (IOException e) {
            throw new StateFileException("Folder " + folder + " can't be read: " + e, e);
        }
        for (int part = 0; part < found.size(); part++) {
            if (!Files.exists(file(part))) {
                throw new StateFileException(
                        "File "
                                + file(part)
                                + " is missing, though the folder holds "
                                + found.size()
                                + " parts of a log. Bring it back, or start anew in another"
                                + " folder.");
            }
        }
        return found.size();
    }

    void readAll(Consumer<LogBatch> rows) throws StateFileException {
        for (int part = 0; part < parts; part++) {
            Path file = file(part);
            StateHeader header = StateFile.readHeader(file);
            header.require(file, KIND, VERSION);
            requireSame(file, header, PROBLEM, identity);
            requireSame(file, header, ARGUMENT, argument);
            try (NDManager manager = NDManager.newBaseManager()) {
                rows.accept(batch(file, header, StateFile.read(file, manager).arrays()));
            } catch (IllegalArgumentException e) {
                throw new StateFileException("State file " + file + ": " + e.getMessage(), e);
            }
        }
    }

    private static void requireSame(Path file, StateHeader header, String name, String here)
            throws StateFileException {
        String there = header.properties().getOrDefault(name, "");
        if (!there.equals(here)) {
            throw new StateFileException(
                    "State file "
                            + file
                            + ": it holds solutions of another problem ("
                            + name
                            + " "
                            + there
                            + ", but this one has "
                            + here
                            + "). Solutions of different problems must not be mixed: open the log"
                            + " of this problem, or start one in another folder.");
        }
    }

    private static LogBatch batch(Path file, StateHeader header, Map<String, NDArray> arrays)
            throws StateFileException {
        List<LogBatch.Part> known = new ArrayList<>();
        int count = count(header);
        for (int i = 0; i < count; i++) {
            known.add(part(file, arrays, KNOWN + i));
        }
        return new LogBatch(
                known,
                part(file, arrays, "start"),
                part(file, arrays, "end"),
                part(file, arrays, "value"),
                part(file, arrays, "steps"));
    }

    private static int count(StateHeader header) {
        String text = header.properties().getOrDefault(KNOWN, "");
        return text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
    }

    private static LogBatch.Part part(Path file, Map<String, NDArray> arrays, String name)
            throws StateFileException {
        NDArray array = arrays.get(name);
        if (array == null) {
            throw new StateFileException(
                    "State file "
                            + file
                            + ": it has no array '"
                            + name
                            + "', which every log has. Remove the file, or start anew in another"
                            + " folder.");
        }
        return LogBatch.Part.of(array, "'" + name + "'");
    }

    int parts() {
        return parts;
    }

    /** Writes the next part, which counts even after a failure if its file is there. */
    void write(LogBatch rows) throws StateFileException {
        requireAlone();
        Path file = file(parts);
        try {
            write(file, rows);
        } finally {
            // The disk may fail to confirm the name of a file that is written.
            parts += Files.exists(file) ? 1 : 0;
        }
    }

    private void write(Path file, LogBatch rows) throws StateFileException {
        StateHeader header =
                StateHeader.of(
                        KIND,
                        VERSION,
                        "",
                        OptionalLong.empty(),
                        Map.of(
                                PROBLEM,
                                identity,
                                ARGUMENT,
                                argument,
                                KNOWN,
                                String.valueOf(rows.known().size())));
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            for (int i = 0; i < rows.known().size(); i++) {
                arrays.put(KNOWN + i, array(manager, rows.known().get(i)));
            }
            arrays.put("start", array(manager, rows.start()));
            arrays.put("end", array(manager, rows.end()));
            arrays.put("value", array(manager, rows.values()));
            arrays.put("steps", array(manager, rows.steps()));
            StateFile.write(file, header, arrays);
        }
    }

    /** Checks that nobody else has written the next part, whose rows would be lost. */
    private void requireAlone() throws StateFileException {
        if (Files.exists(file(parts))) {
            throw new StateFileException(
                    "File "
                            + file(parts)
                            + " is there already, though this log did not write it. Another log is"
                            + " open on the folder: give each one a folder of its own, and join"
                            + " them with addAll.");
        }
    }

    private static NDArray array(NDManager manager, LogBatch.Part part) {
        return manager.create(part.numbers(), part.shape());
    }
}
