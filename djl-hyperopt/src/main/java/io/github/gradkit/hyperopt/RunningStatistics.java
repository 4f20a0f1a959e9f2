package io.github.gradkit.hyperopt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Parameter;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running means and variances of a model. The forward pass of a bad batch spoils them before
 * its step can be left out, and a mean over batches that holds NaN once holds it for good.
 */
final class RunningStatistics implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(RunningStatistics.class);

    private final List<Parameter> parameters;
    private @Nullable NDManager manager;

    /** Those after the last good batch, side by side. */
    private @Nullable NDArray kept;

    RunningStatistics(Collection<Parameter> all) {
        parameters = all.stream().filter(ParameterPaths::isRunningStatistic).toList();
    }

    /**
     * Follows a forward pass.
     *
     * @param wentBack whether the weights went back because of this batch
     */
    void follow(boolean wentBack) {
        if (parameters.isEmpty()) {
            return;
        }
        NDArray now = Slots.keep(joined(), manager());
        boolean finite = Slots.isFinite(now);
        if (finite && !(wentBack && kept != null)) {
            closeKept();
            kept = now;
            return;
        }
        now.close();
        if (kept != null) {
            putBack(kept);
        } else {
            startAnew();
        }
    }

    private NDManager manager() {
        if (manager == null) {
            manager = parameters.get(0).getArray().getManager().newSubManager();
            manager.setName("hyper tower statistics");
        }
        return manager;
    }

    private NDArray joined() {
        try (NDList flat = new NDList()) {
            parameters.forEach(parameter -> flat.add(parameter.getArray().flatten()));
            return NDArrays.concat(flat);
        }
    }

    private void putBack(NDArray all) {
        long from = 0;
        for (Parameter parameter : parameters) {
            NDArray array = parameter.getArray();
            long to = from + array.size();
            try (NDArray part = all.get(new NDIndex().addSliceDim(from, to));
                    NDArray shaped = part.reshape(array.getShape())) {
                ParameterSlot.copyInto(array, shaped);
            }
            from = to;
        }
    }

    private void startAnew() {
        logger.warn(
                "The first batch made running statistics of the model infinite or NaN. They start"
                        + " anew, with mean 0 and variance 1, and need some batches to settle.");
        for (Parameter parameter : parameters) {
            boolean variance = parameter.getType() == Parameter.Type.RUNNING_VAR;
            NDArray array = parameter.getArray();
            try (NDArray first = variance ? array.onesLike() : array.zerosLike()) {
                ParameterSlot.copyInto(array, first);
            }
        }
    }

    private void closeKept() {
        if (kept != null) {
            kept.close();
            kept = null;
        }
    }

    @Override
    public void close() {
        closeKept();
        if (manager != null) {
            manager.close();
            manager = null;
        }
    }
}
