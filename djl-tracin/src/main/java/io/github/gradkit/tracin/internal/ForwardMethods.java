package io.github.gradkit.tracin.internal;

import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.nn.ParallelBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The two things about a DJL block that have no getter, read by reflection and never written.
 *
 * <p>Quirk 1: a subclass may override {@code forwardInternal}, and then no longer behaves as its
 * parent. Quirk 2: {@code ParallelBlock} keeps the function that joins its branches private. Should
 * a future DJL refuse the access, a parallel block simply becomes a leaf without kernel.
 */
final class ForwardMethods {

    private ForwardMethods() {}

    /** Tells whether a block is an instance of a class and inherits that class's forward pass. */
    static boolean runsForwardOf(Block block, Class<? extends Block> type) {
        if (!type.isInstance(block)) {
            return false;
        }
        for (Class<?> c = block.getClass(); c != type; c = c.getSuperclass()) {
            if (declaresForward(c)) {
                return false;
            }
        }
        return true;
    }

    private static boolean declaresForward(Class<?> type) {
        List<Class<?>> signature =
                List.of(ParameterStore.class, NDList.class, boolean.class, PairList.class);
        return Arrays.stream(type.getDeclaredMethods())
                .anyMatch(
                        method ->
                                method.getName().equals("forwardInternal")
                                        && List.of(method.getParameterTypes()).equals(signature));
    }

    /** Returns the function that joins the branches of a parallel block, if it can be read. */
    @SuppressWarnings("unchecked") // the declared type of the field
    static Optional<Function<List<NDList>, NDList>> parallelFunction(ParallelBlock block) {
        try {
            Field field = ParallelBlock.class.getDeclaredField("function");
            field.setAccessible(true);
            return Optional.ofNullable((Function<List<NDList>, NDList>) field.get(block));
        } catch (ReflectiveOperationException | RuntimeException e) {
            return Optional.empty();
        }
    }
}
