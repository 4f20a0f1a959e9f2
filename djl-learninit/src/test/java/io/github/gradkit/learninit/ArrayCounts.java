package io.github.gradkit.learninit;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDManager;

/** Counts what managers own. */
public final class ArrayCounts {

    private ArrayCounts() {}

    /** Returns how many arrays and managers a manager owns, those of its sub-managers included. */
    public static int of(NDManager manager) {
        return manager.getManagedArrays().size() + resources((BaseNDManager) manager);
    }

    private static int resources(BaseNDManager manager) {
        try {
            java.lang.reflect.Field field = BaseNDManager.class.getDeclaredField("resources");
            field.setAccessible(true);
            return ((java.util.Map<?, ?>) field.get(manager)).size();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
