package io.github.gradkit.tracin.internal;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.util.Pair;
import io.github.gradkit.tracin.BlockWalker;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a model leaf by leaf, so that the input and output of each leaf can be seen.
 *
 * <p>DJL has no hooks. Sequential and parallel blocks are run here exactly as they run themselves;
 * a registered {@link BlockWalker} does the same for a hand-written composite. Any other block is a
 * leaf. The model itself is never changed.
 */
public final class ModelWalker {

    private final Block root;
    private final Map<Class<?>, BlockWalker<?>> walkers;

    /**
     * Creates a walker.
     *
     * @param root the model
     * @param walkers how registered composites run their children, by exact class
     */
    public ModelWalker(Block root, Map<Class<?>, BlockWalker<?>> walkers) {
        this.root = root;
        this.walkers = Map.copyOf(walkers);
    }

    /** Runs a leaf. */
    @FunctionalInterface
    public interface LeafRunner {

        /**
         * Runs a leaf.
         *
         * @param leaf the leaf
         * @param inputs its inputs
         * @return its outputs
         */
        NDList run(Block leaf, NDList inputs);
    }

    /**
     * Runs the model.
     *
     * @param inputs the model's inputs
     * @param runner runs each leaf
     * @return the model's outputs
     */
    public NDList forward(NDList inputs, LeafRunner runner) {
        return forward(root, inputs, runner);
    }

    /**
     * Runs the model at a checkpoint, for inference, watching nothing.
     *
     * @param scope owns the outputs and what is made on the way
     * @param weights the checkpoint
     * @param inputs the model's inputs; stay attached where they are
     * @return the model's outputs
     */
    NDList infer(NDManager scope, CheckpointWeights weights, NDList inputs) {
        return forward(
                GradientPass.handles(inputs, scope),
                (leaf, in) -> leaf.forward(weights, in, false));
    }

    /**
     * Lists the leaves.
     *
     * @return each distinct leaf with its path; a leaf used twice has the first path
     */
    public Map<Block, String> leaves() {
        Map<Block, String> leaves = new LinkedHashMap<>();
        collect(root, "", leaves);
        return leaves;
    }

    /** The classes with a registered walker, for a message. */
    String registered() {
        return walkers.isEmpty()
                ? " (none is registered: please report this)"
                : " (registered: " + walkers.keySet() + ")";
    }

    private void collect(Block block, String path, Map<Block, String> leaves) {
        if (!isComposite(block)) {
            leaves.putIfAbsent(block, path.isEmpty() ? block.getClass().getSimpleName() : path);
            return;
        }
        for (Pair<String, Block> child : block.getChildren()) {
            String prefix = path.isEmpty() ? "" : path + "_";
            collect(child.getValue(), prefix + child.getKey(), leaves);
        }
    }

    private boolean isComposite(Block block) {
        return walkers.containsKey(block.getClass()) || isSequential(block) || isParallel(block);
    }

    private static boolean isSequential(Block block) {
        return ForwardMethods.runsForwardOf(block, SequentialBlock.class);
    }

    private static boolean isParallel(Block block) {
        return ForwardMethods.runsForwardOf(block, ParallelBlock.class)
                && ForwardMethods.parallelFunction((ParallelBlock) block).isPresent();
    }

    private NDList forward(Block block, NDList inputs, LeafRunner runner) {
        BlockWalker<?> walker = walkers.get(block.getClass());
        if (walker != null) {
            return registered(walker, block, inputs, runner);
        }
        if (isSequential(block)) {
            return sequential((SequentialBlock) block, inputs, runner);
        }
        if (isParallel(block)) {
            return parallel((ParallelBlock) block, inputs, runner);
        }
        return runner.run(block, inputs);
    }

    @SuppressWarnings("unchecked") // registered for exactly this class
    private <B extends Block> NDList registered(
            BlockWalker<B> walker, Block block, NDList inputs, LeafRunner runner) {
        return walker.forward((B) block, inputs, (child, in) -> forward(child, in, runner));
    }

    private NDList sequential(SequentialBlock block, NDList inputs, LeafRunner runner) {
        NDList past = new NDList();
        NDList current = inputs;
        for (Block child : block.getChildren().values()) {
            current = forward(child, current, runner);
            past.addAll(current);
        }
        return block.isReturnIntermediate() ? past : current;
    }

    private NDList parallel(ParallelBlock block, NDList inputs, LeafRunner runner) {
        List<NDList> branches = new ArrayList<>();
        for (Block child : block.getChildren().values()) {
            branches.add(forward(child, inputs, runner));
        }
        return ForwardMethods.parallelFunction(block).orElseThrow().apply(branches);
    }
}
