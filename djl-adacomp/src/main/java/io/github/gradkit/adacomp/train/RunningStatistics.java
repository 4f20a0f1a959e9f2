package io.github.gradkit.adacomp.train;

import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import io.github.gradkit.adacomp.compress.DenseUpdate;
import io.github.gradkit.adacomp.compress.LayerKind;
import io.github.gradkit.adacomp.compress.LayerSpec;
import io.github.gradkit.adacomp.compress.LayerUpdate;
import io.github.gradkit.adacomp.exchange.GradientExchange;
import io.github.gradkit.adacomp.wire.MessageFormat;
import io.github.gradkit.adacomp.wire.UpdateMessage;
import io.github.gradkit.support.model.ParameterPaths;
import java.util.ArrayList;
import java.util.List;

/** The running means and variances of a model, which no gradient moves. */
final class RunningStatistics {

    private final List<Parameter> parameters = new ArrayList<>();
    private final List<LayerSpec> specs = new ArrayList<>();

    RunningStatistics(ModelLayers layers) {
        ParameterPaths.of(layers.block()).forEach(this::add);
    }

    private void add(String path, Parameter parameter) {
        Parameter.Type type = parameter.getType();
        boolean running = type == Parameter.Type.RUNNING_MEAN || type == Parameter.Type.RUNNING_VAR;
        if (running && parameter.getArray().getDataType() == DataType.FLOAT32) {
            int size = Math.toIntExact(parameter.getArray().size());
            specs.add(new LayerSpec(path, LayerKind.BIAS, size));
            parameters.add(parameter);
        }
    }

    /** Gives all learners the same mean of what each has. */
    void average(GradientExchange exchange, String fingerprint, long step) {
        if (specs.isEmpty() || exchange.size() == 1) {
            return;
        }
        List<LayerUpdate> mine = new ArrayList<>();
        for (Parameter parameter : parameters) {
            mine.add(new DenseUpdate(parameter.getArray().toFloatArray()));
        }
        MessageFormat format = MessageFormat.of(fingerprint + " running statistics", specs);
        UpdateMessage message = new UpdateMessage(exchange.rank(), step, 1, mine, new int[0]);
        List<UpdateMessage> all = Gathering.gather(exchange, format, message);
        for (int i = 0; i < specs.size(); i++) {
            ArrayMemory.write(parameters.get(i).getArray(), mean(all, i, specs.get(i).size()));
        }
    }

    private static float[] mean(List<UpdateMessage> all, int layer, int size) {
        double[] sum = new double[size];
        for (UpdateMessage message : all) {
            float[] values = new float[size];
            message.layers().get(layer).addTo(values, 1);
            for (int i = 0; i < size; i++) {
                sum[i] += values[i];
            }
        }
        float[] mean = new float[size];
        for (int i = 0; i < size; i++) {
            mean[i] = (float) (sum[i] / all.size());
        }
        return mean;
    }
}
