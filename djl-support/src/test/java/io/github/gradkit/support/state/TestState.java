package io.github.gradkit.support.state;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Arrays and headers for the tests of state files. */
final class TestState {

    static final StateHeader HEADER =
            new StateHeader(
                    "test-state",
                    2,
                    "0123abcd",
                    "0.35.1",
                    OptionalLong.of(-42),
                    new LinkedHashMap<>(Map.of("note", "\"quoted\" \\ <b> \u00e4\u4f60\n")));

    private TestState() {}

    /** One array of every supported type, and the odd shapes and values. */
    static Map<String, NDArray> arrays(NDManager manager) {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        float quiet = Float.intBitsToFloat(0x7fc12345);
        arrays.put("01Linear_weight", manager.create(new float[][] {{1, -0f, quiet}, {2, 3, 4}}));
        arrays.put(
                "double", manager.create(new double[] {-0.0, Double.NaN, Double.MIN_VALUE, 0.1}));
        ByteBuffer halves = ByteBuffer.allocateDirect(6).order(ByteOrder.nativeOrder());
        halves.asShortBuffer().put(new short[] {0x3c00, (short) 0x8000, 0x7e01});
        arrays.put("half", manager.create(halves, new Shape(3), DataType.FLOAT16));
        arrays.put("int8", manager.create(new byte[] {-128, 0, 127}));
        ByteBuffer bytes = ByteBuffer.allocateDirect(3).put(new byte[] {-1, 0, 1}).rewind();
        arrays.put("uint8", manager.create(bytes, new Shape(3, 1), DataType.UINT8));
        arrays.put("int32", manager.create(new int[] {Integer.MIN_VALUE, 7}));
        arrays.put("int64", manager.create(new long[] {Long.MIN_VALUE, Long.MAX_VALUE}));
        arrays.put("boolean", manager.create(new boolean[] {true, false, true}));
        arrays.put("scalar", manager.create(2.5f));
        arrays.put("empty", manager.create(new Shape(0, 3), DataType.INT64));
        arrays.put("\u00fc \"name\"", manager.create(new float[] {9}));
        return arrays;
    }

    /** A file of one array, small enough to damage every byte of. */
    static byte[] small(Path file, NDManager manager) throws IOException {
        NDArray array = manager.create(new float[] {1, 2, 3});
        StateHeader header = StateHeader.of("k", 1, "f");
        StateFile.write(file, header, Map.of("a", array));
        return Files.readAllBytes(file);
    }

    static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
