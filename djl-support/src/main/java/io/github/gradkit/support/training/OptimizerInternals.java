package io.github.gradkit.support.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.training.optimizer.Adadelta;
import ai.djl.training.optimizer.Adagrad;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.AdamW;
import ai.djl.training.optimizer.Nag;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.optimizer.RmsProp;
import ai.djl.training.optimizer.Sgd;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The private fields of DJL's optimizers, for which there is no other way in. This class alone
 * knows their names, as of DJL 0.35.
 */
final class OptimizerInternals {

    private static final Map<Class<? extends Optimizer>, List<String>> FIELDS =
            Map.of(
                    Sgd.class, List.of("momentumStates"),
                    Nag.class, List.of("momentumStates"),
                    Adam.class, List.of("means", "variances"),
                    AdamW.class, List.of("means", "variances"),
                    RmsProp.class, List.of("means", "variances", "momentums"),
                    Adagrad.class, List.of("history"),
                    Adadelta.class, List.of("accumG", "accumDelta"));

    private final Optimizer optimizer;
    private final List<String> fields;

    private OptimizerInternals(Optimizer optimizer, List<String> fields) {
        this.optimizer = optimizer;
        this.fields = fields;
    }

    static OptimizerInternals of(Optimizer optimizer) {
        List<String> fields = FIELDS.get(optimizer.getClass());
        if (fields == null) {
            throw new IllegalArgumentException(
                    "What "
                            + optimizer.getClass().getName()
                            + " remembers is not known here, so a training resumed with it would"
                            + " be another one. Use one of DJL's optimizers, or save it by its own"
                            + " means, as HyperTower of djl-hyperopt does.");
        }
        return new OptimizerInternals(optimizer, fields);
    }

    List<String> fields() {
        return fields;
    }

    /** How often each parameter was updated, by id; live. */
    @SuppressWarnings("unchecked")
    Map<String, Integer> counts() {
        return (Map<String, Integer>) get(Optimizer.class, "updateCounts");
    }

    /** The largest of the counts. */
    int updates() {
        return (Integer) get(Optimizer.class, "numUpdate");
    }

    @SuppressWarnings("unchecked")
    private Map<String, Map<Device, NDArray>> states(String field) {
        return (Map<String, Map<Device, NDArray>>) get(optimizer.getClass(), field);
    }

    Optional<NDArray> array(String field, String id) {
        return states(field).getOrDefault(id, Map.of()).values().stream().findFirst();
    }

    /** Keeps a copy that nobody closes, as DJL does. */
    void put(String field, String id, NDArray array, Device device) {
        NDArray copy =
                array.getDevice().equals(device) ? array.duplicate() : array.toDevice(device, true);
        copy.detach();
        Map<Device, NDArray> byDevice = new ConcurrentHashMap<>();
        byDevice.put(device, copy);
        states(field).put(id, byDevice);
    }

    /** Forgets everything. */
    void clear(int updates) {
        counts().clear();
        for (String field : fields) {
            states(field).values().forEach(map -> map.values().forEach(NDArray::close));
            states(field).clear();
        }
        try {
            field(Optimizer.class, "numUpdate").setInt(optimizer, updates);
        } catch (IllegalAccessException e) {
            throw changed("numUpdate", e);
        }
    }

    private Object get(Class<?> owner, String name) {
        try {
            Object value = field(owner, name).get(optimizer);
            if (value == null) {
                throw changed(name, new NullPointerException(name));
            }
            return value;
        } catch (IllegalAccessException e) {
            throw changed(name, e);
        }
    }

    private static Field field(Class<?> owner, String name) {
        try {
            Field field = owner.getDeclaredField(name);
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException | RuntimeException e) {
            throw changed(name, e);
        }
    }

    private static IllegalStateException changed(String name, Exception cause) {
        return new IllegalStateException(
                "The field '"
                        + name
                        + "' of DJL's optimizer can't be reached. This release knows the"
                        + " optimizers of DJL 0.35; use that, or a newer release of Gradkit.",
                cause);
    }
}
