package io.github.gradkit.hyperopt;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Brings many numbers from the device to the host at once. */
final class Readback implements AutoCloseable {

    private final List<NDArray> scalars = new ArrayList<>();
    private final Map<Kind, NDList> byKind = new LinkedHashMap<>();

    private record Kind(Device device, DataType type) {}

    /**
     * Adds a number.
     *
     * @param scalar an array with one element; closed by this object
     * @param like an array of the same device and type, which knows them already; asking a new
     *     array costs native calls
     * @return the place of the number in the result of {@link #read()}
     */
    int add(NDArray scalar, NDArray like) {
        scalars.add(scalar);
        NDList list =
                byKind.computeIfAbsent(
                        new Kind(like.getDevice(), like.getDataType()), kind -> new NDList());
        list.add(scalar);
        return scalars.size() - 1;
    }

    double[] read() {
        double[] result = new double[scalars.size()];
        if (byKind.size() == 1) {
            read(byKind.values().iterator().next(), result);
            return result;
        }
        for (int i = 0; i < result.length; i++) {
            result[i] = scalars.get(i).toArray()[0].doubleValue();
        }
        return result;
    }

    private static void read(NDList list, double[] result) {
        try (NDArray stacked = NDArrays.stack(list)) {
            Number[] numbers = stacked.toArray();
            for (int i = 0; i < numbers.length; i++) {
                result[i] = numbers[i].doubleValue();
            }
        }
    }

    @Override
    public void close() {
        scalars.forEach(NDArray::close);
        scalars.clear();
        byKind.clear();
    }
}
