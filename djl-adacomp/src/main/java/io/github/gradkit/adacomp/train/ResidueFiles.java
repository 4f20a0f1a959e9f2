package io.github.gradkit.adacomp.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.gradkit.adacomp.exchange.GradientExchange;
import io.github.gradkit.support.state.StateFile;
import io.github.gradkit.support.state.StateFileException;
import io.github.gradkit.support.state.StateHeader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Saves what a learner owes, one file for each rank. */
record ResidueFiles(
        GradientExchange exchange, String signature, ModelLayers layers, ResidueRule rule) {

    private static final String KIND = "adacomp-residues";
    private static final int VERSION = 1;

    void save(Path file, GradientPacker packer, long step) throws StateFileException {
        StateHeader header =
                StateHeader.of(KIND, VERSION, layers.fingerprint())
                        .withProperty("rank", Integer.toString(exchange.rank()))
                        .withProperty("size", Integer.toString(exchange.size()))
                        .withProperty("step", Long.toString(step))
                        .withProperty("compressor", signature);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            for (int i = 0; i < layers.specs().size(); i++) {
                float[] residue = packer.residue(i);
                if (residue.length > 0) {
                    arrays.put(layers.specs().get(i).path(), manager.create(residue));
                }
            }
            StateFile.write(file, header, arrays);
        }
    }

    /** Sets the residues and returns the step. */
    long restore(GradientPacker packer, Path... files) throws StateFileException {
        TreeMap<Integer, Path> byRank = new TreeMap<>();
        long step = -1;
        int formerSize = 0;
        for (Path file : files) {
            StateHeader header = StateFile.readHeader(file);
            require(file, header);
            if (step >= 0 && (step != number(header, "step") || formerSize != size(header))) {
                throw new StateFileException(
                        "State file "
                                + file
                                + ": It is of another step or another number of learners than the"
                                + " files before it. Give the files of one save.");
            }
            step = number(header, "step");
            formerSize = size(header);
            if (byRank.put((int) number(header, "rank"), file) != null) {
                throw new StateFileException(
                        "State file "
                                + file
                                + ": Another file is of the same rank. Give one file"
                                + " of each rank.");
            }
        }
        requireComplete(byRank, formerSize);
        addUp(packer, byRank, weight(formerSize));
        return step;
    }

    private void require(Path file, StateHeader header) throws StateFileException {
        header.require(file, KIND, VERSION, layers.fingerprint());
        String compressor = header.properties().getOrDefault("compressor", "");
        if (!compressor.equals(signature)) {
            throw new StateFileException(
                    "State file "
                            + file
                            + ": It is of the compressor '"
                            + compressor
                            + "', but this listener has '"
                            + signature
                            + "', for which the residues mean something else. Use the same"
                            + " settings.");
        }
    }

    /** The file of one rank is enough only if nobody joined or left. */
    private void requireComplete(TreeMap<Integer, Path> byRank, int formerSize)
            throws StateFileException {
        if (byRank.isEmpty()) {
            throw new IllegalArgumentException("No file was given to restore from.");
        }
        if (formerSize == exchange.size() && byRank.containsKey(exchange.rank())) {
            return;
        }
        for (int rank = 0; rank < formerSize; rank++) {
            if (!byRank.containsKey(rank)) {
                throw new StateFileException(
                        "The file of rank "
                                + rank
                                + " is missing. It was saved by "
                                + formerSize
                                + " learners and is restored by rank "
                                + exchange.rank()
                                + " of "
                                + exchange.size()
                                + ", so what others owed must be handed on. Give the files of all"
                                + " ranks.");
            }
        }
    }

    /** For the average: four learners that owe g each are one that owes g. */
    private double weight(int formerSize) {
        return rule == ResidueRule.SUM ? 1 : (double) exchange.size() / formerSize;
    }

    private void addUp(GradientPacker packer, TreeMap<Integer, Path> byRank, double weight)
            throws StateFileException {
        double[][] sums = new double[layers.specs().size()][];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = new double[packer.residue(i).length];
        }
        for (Map.Entry<Integer, Path> entry : byRank.entrySet()) {
            if (entry.getKey() % exchange.size() == exchange.rank()) {
                add(sums, entry.getValue());
            }
        }
        // Only now, so that a damaged file changes nothing.
        for (int i = 0; i < sums.length; i++) {
            packer.setResidue(i, rounded(sums[i], weight));
        }
    }

    private static float[] rounded(double[] values, double weight) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = (float) (weight * values[i]);
        }
        return rounded;
    }

    private void add(double[][] sums, Path file) throws StateFileException {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            Map<String, NDArray> arrays = StateFile.read(file, manager).arrays();
            requireOwing(file, arrays.keySet(), sums);
            for (int i = 0; i < sums.length; i++) {
                if (sums[i].length == 0) {
                    continue;
                }
                NDArray array = arrays.get(layers.specs().get(i).path());
                if (array == null || array.size() != sums[i].length) {
                    throw new StateFileException(
                            "State file "
                                    + file
                                    + ": It has no residue for layer '"
                                    + layers.specs().get(i).path()
                                    + "'. Freeze the same layers as when it was saved.");
                }
                float[] values = array.toFloatArray();
                for (int j = 0; j < values.length; j++) {
                    sums[i][j] += values[j];
                }
            }
        }
    }

    /** What was owed of other layers would be lost. */
    private void requireOwing(Path file, Set<String> saved, double[][] sums)
            throws StateFileException {
        Set<String> lost = new TreeSet<>(saved);
        for (int i = 0; i < sums.length; i++) {
            if (sums[i].length > 0) {
                lost.remove(layers.specs().get(i).path());
            }
        }
        if (!lost.isEmpty()) {
            throw new StateFileException(
                    "State file "
                            + file
                            + ": It has residues for "
                            + lost
                            + ", but the model trains no such layers, so what was owed there would"
                            + " be lost. Freeze the same layers as when it was saved.");
        }
    }

    private static int size(StateHeader header) {
        return (int) number(header, "size");
    }

    private static long number(StateHeader header, String property) {
        return Long.parseLong(header.properties().getOrDefault(property, "0"));
    }
}
