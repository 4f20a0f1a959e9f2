package io.github.gradkit.support.state;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes state files until it is killed: each step to {@code latest} and to a numbered file.
 *
 * <p>Arguments: the folder, the first step, the number of steps, the number of floats of the array.
 */
final class WritingProgram {

    private WritingProgram() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        long first = Long.parseLong(args[1]);
        try (NDManager manager = NDManager.newBaseManager()) {
            for (long step = first; step < first + Long.parseLong(args[2]); step++) {
                NDArray array =
                        manager.full(new Shape(Long.parseLong(args[3])), step, DataType.FLOAT32);
                StateHeader header =
                        StateHeader.of("crash-test", 1, "").withProperty("step", "" + step);
                StateFile.write(folder.resolve("latest"), header, Map.of("a", array));
                StateFile.write(folder.resolve("step-" + step), header, Map.of("a", array));
                array.close();
                System.out.println(step);
            }
        } catch (StateFileException e) {
            System.out.println("refused: " + e.getMessage());
        }
    }
}
