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

    private record Kind(Device device, DataType type) {}

    /**
     * Adds a number.
     *
     * @param scalar an array with one element; closed by this object
     * @return the place of the number in the result of {@link #read()}
     */
    int add(NDArray scalar) {
        scalars.add(scalar);
        return scalars.size() - 1;
    }

    double[] read() {
        Map<Kind, List<Integer>> places = new LinkedHashMap<>();
        for (int i = 0; i < scalars.size(); i++) {
            NDArray scalar = scalars.get(i);
            places.computeIfAbsent(
                            new Kind(scalar.getDevice(), scalar.getDataType()),
                            kind -> new ArrayList<>())
                    .add(i);
        }
        double[] result = new double[scalars.size()];
        places.values().forEach(some -> read(some, result));
        return result;
    }

    private void read(List<Integer> places, double[] result) {
        NDList list = new NDList(places.size());
        places.forEach(place -> list.add(scalars.get(place)));
        try (NDArray stacked = NDArrays.stack(list)) {
            Number[] numbers = stacked.toArray();
            for (int i = 0; i < numbers.length; i++) {
                result[places.get(i)] = numbers[i].doubleValue();
            }
        }
    }

    @Override
    public void close() {
        scalars.forEach(NDArray::close);
        scalars.clear();
    }
}
