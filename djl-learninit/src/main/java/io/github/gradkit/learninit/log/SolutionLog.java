package io.github.gradkit.learninit.log;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.descent.Solution;
import io.github.gradkit.learninit.internal.Checks;
import io.github.gradkit.learninit.problem.Problem;
import io.github.gradkit.support.state.StateFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Solved instances: what was known, where a solver started, where it ended, the value there, and
 * the steps it took.
 *
 * <p>Rows are kept in the Java heap, 4 bytes a number. {@link #open} keeps them in a folder as
 * well: {@link #save} writes the rows that are new as one more state file, which is there wholly or
 * not at all. A process that is killed loses what was not saved, and nothing else.
 *
 * <p>Not safe for use by several threads.
 */
public final class SolutionLog {

    private final String identity;
    private final LogRows rows;
    private final @Nullable LogFolder folder;
    private int saved;

    private SolutionLog(Problem<?> problem, int capacity, @Nullable LogFolder folder) {
        identity = problem.identity();
        rows = new LogRows(problem.argument(), capacity);
        this.folder = folder;
    }

    /**
     * Starts a log in memory.
     *
     * @param problem the problem whose solutions it takes
     * @return an empty log
     */
    public static SolutionLog create(Problem<?> problem) {
        return new SolutionLog(problem, Integer.MAX_VALUE, null);
    }

    /**
     * Starts a log in memory that keeps the latest rows only, for problems that change.
     *
     * @param problem the problem whose solutions it takes
     * @param capacity how many rows to keep; 1 or more. Adding to a full log moves all of them
     * @return an empty log
     * @throws IllegalArgumentException if the capacity is less than 1
     */
    public static SolutionLog bounded(Problem<?> problem, int capacity) {
        return new SolutionLog(problem, Checks.atLeast(capacity, 1, "The capacity"), null);
    }

    /**
     * Opens a log in a folder, with the rows saved there before.
     *
     * @param folder the folder, created if need be; nothing else should write to it
     * @param problem the problem whose solutions it takes
     * @return the log
     * @throws StateFileException if the folder can't be created or read, a file is missing, damaged
     *     or something else, or its rows are of another problem. No file is changed then
     */
    public static SolutionLog open(Path folder, Problem<?> problem) throws StateFileException {
        LogFolder files = LogFolder.open(folder, problem);
        SolutionLog log = new SolutionLog(problem, Integer.MAX_VALUE, files);
        files.readAll(log.rows::append);
        log.saved = log.size();
        return log;
    }

    /**
     * Adds solved instances.
     *
     * @param batchKnown what was known of them, {@code (instances, ...)} each, float32; of the same
     *     shapes in all calls
     * @param start where the solver started, {@code (instances, ...)}
     * @param solution what it reached
     * @throws IllegalArgumentException if the shapes do not fit, or something is not finite: a
     *     predictor could not learn from it
     */
    public void add(NDList batchKnown, NDArray start, Solution solution) {
        rows.append(LogBatch.of(batchKnown, start, solution));
    }

    /**
     * Adds the rows of another log of the same problem.
     *
     * @param other the other log
     * @throws IllegalArgumentException if it is of another problem, or has other shapes
     */
    public void addAll(SolutionLog other) {
        if (!other.identity.equals(identity)) {
            throw new IllegalArgumentException(
                    "The other log is of the problem '"
                            + other.identity
                            + "', this one of '"
                            + identity
                            + "'. Their solutions must not be mixed.");
        }
        if (other.size() > 0) {
            rows.append(other.rows.batch(0, other.size()));
        }
    }

    /**
     * Writes the rows that are not in the folder yet.
     *
     * @throws StateFileException if the file can't be written; the rows are written by the next
     *     call then. Also if it is written, but the disk did not confirm its name; the next call
     *     does not write its rows again. Also if another log has written to the folder meanwhile:
     *     nothing of it is overwritten
     * @throws IllegalStateException if this log is in memory only
     */
    public void save() throws StateFileException {
        if (folder == null) {
            throw new IllegalStateException(
                    "This log is in memory only. Open one with SolutionLog.open(folder, problem).");
        }
        if (saved < size()) {
            int parts = folder.parts();
            try {
                folder.write(rows.batch(saved, size()));
            } finally {
                saved = folder.parts() > parts ? size() : saved;
            }
        }
    }

    /**
     * Tells whether this log is kept in a folder.
     *
     * @return true if {@link #save} can be called
     */
    public boolean isKept() {
        return folder != null;
    }

    /**
     * Returns the number of rows.
     *
     * @return 0 or more
     */
    public int size() {
        return rows.size();
    }

    /**
     * Returns the shapes of what is known of one instance.
     *
     * @return a shape for each array, without the axis of instances; empty before the first row
     */
    public List<Shape> knownShapes() {
        return rows.knownShapes();
    }

    /**
     * Returns the shape of the argument of one instance.
     *
     * @return the shape without the axis of instances
     */
    public Shape argumentShape() {
        return rows.argument();
    }

    /**
     * Returns what is known of some rows.
     *
     * @param manager owns the arrays
     * @param which the rows, from 0
     * @return arrays {@code (rows, ...)}, float32
     */
    public NDList known(NDManager manager, int... which) {
        return rows.known(manager, which);
    }

    /**
     * Returns the starts of some rows.
     *
     * @param manager owns the array
     * @param which the rows, from 0
     * @return the starts, {@code (rows, ...)}, float32
     */
    public NDArray starts(NDManager manager, int... which) {
        return rows.starts().take(manager, which);
    }

    /**
     * Returns the end points of some rows.
     *
     * @param manager owns the array
     * @param which the rows, from 0
     * @return the end points, {@code (rows, ...)}, float32
     */
    public NDArray ends(NDManager manager, int... which) {
        return rows.ends().take(manager, which);
    }

    /**
     * Returns the values reached on some rows.
     *
     * @param manager owns the array
     * @param which the rows, from 0
     * @return the values, {@code (rows)}, float32
     */
    public NDArray values(NDManager manager, int... which) {
        try (NDArray taken = rows.values().take(manager, which)) {
            return taken.reshape(which.length);
        }
    }

    /**
     * Returns the number of all rows, to ask for all of them.
     *
     * @return 0 to the size, without it
     */
    public int[] allRows() {
        return IntStream.range(0, size()).toArray();
    }

    /**
     * Returns the best row of each instance. Rows are of the same instance if the same is known of
     * both, bit for bit.
     *
     * @return one row for each instance, that with the lowest value, of equal ones the first; in
     *     the order in which the instances came
     */
    public int[] bestRows() {
        return rows.best();
    }

    /** What was known and where the solver started, of each row. */
    Set<RowKey> runs() {
        return rows.runs();
    }
}
