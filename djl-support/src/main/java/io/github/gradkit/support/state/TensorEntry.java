package io.github.gradkit.support.state;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.EnumSet;
import java.util.Set;

/**
 * Where one array is in the data part of a file.
 *
 * @param name the name of the array
 * @param type its data type
 * @param shape its shape
 * @param begin the offset of its first byte in the data part
 * @param end the offset behind its last byte
 */
record TensorEntry(String name, DataType type, Shape shape, long begin, long end) {

    private static final Set<DataType> SUPPORTED =
            EnumSet.of(
                    DataType.FLOAT32,
                    DataType.FLOAT64,
                    DataType.FLOAT16,
                    DataType.INT8,
                    DataType.UINT8,
                    DataType.INT32,
                    DataType.INT64,
                    DataType.BOOLEAN);

    TensorEntry {
        if (!SUPPORTED.contains(type)) {
            throw new IllegalArgumentException(
                    "Array '"
                            + name
                            + "' is of type "
                            + type
                            + ", which a state file cannot hold. Convert it to one of "
                            + SUPPORTED
                            + ".");
        }
        if (begin < 0 || end - begin != byteCount(type, shape)) {
            throw new IllegalArgumentException(
                    "Array '" + name + "' has offsets that do not fit its shape.");
        }
    }

    static TensorEntry at(long begin, String name, NDArray array) {
        DataType type = array.getDataType();
        Shape shape = array.getShape();
        return new TensorEntry(name, type, shape, begin, begin + byteCount(type, shape));
    }

    private static long byteCount(DataType type, Shape shape) {
        long count = type.getNumOfBytes();
        for (long size : shape.getShape()) {
            if (size < 0) {
                throw new IllegalArgumentException("A size below 0 in shape " + shape + ".");
            }
            count = Math.multiplyExact(count, size);
        }
        return count;
    }
}
