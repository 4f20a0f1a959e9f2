package io.github.gradkit.adacomp.train;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.gradkit.adacomp.exchange.ExchangeException;
import io.github.gradkit.adacomp.exchange.GradientExchange;
import io.github.gradkit.support.model.ModelFingerprint;
import io.github.gradkit.support.model.ParameterPaths;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;

/** Gives all learners the weights of the first. */
public final class InitialWeights {

    private InitialWeights() {}

    /**
     * Copies all parameters of rank 0 to the other learners bit for bit, frozen ones and running
     * statistics included. Every learner calls this, with its model initialised.
     *
     * @param exchange the exchange of this learner
     * @param block its model
     * @throws ExchangeException if the models differ in names, shapes or data types, or a learner
     *     is gone
     * @throws IllegalArgumentException if the parameters take 2 GB or more
     */
    public static void broadcast(GradientExchange exchange, Block block) {
        byte[] fingerprint = ModelFingerprint.of(block).getBytes(StandardCharsets.US_ASCII);
        Collection<Parameter> parameters = ParameterPaths.of(block).values();
        ByteBuffer mine =
                exchange.rank() == 0 ? write(fingerprint, parameters) : ByteBuffer.allocate(0);
        ByteBuffer weights = exchange.broadcast(0, mine);
        byte[] sent = new byte[Math.min(fingerprint.length, weights.remaining())];
        weights.get(sent);
        if (!Arrays.equals(sent, fingerprint)) {
            throw new ExchangeException(
                    "The model of rank "
                            + exchange.rank()
                            + " has another fingerprint than that of rank 0: some parameter has"
                            + " another name, place, shape or data type. Build the same model on"
                            + " all learners.");
        }
        if (exchange.rank() != 0) {
            parameters.forEach(parameter -> read(weights, parameter.getArray()));
        }
    }

    private static ByteBuffer write(byte[] fingerprint, Collection<Parameter> parameters) {
        long bytes = fingerprint.length;
        for (Parameter parameter : parameters) {
            bytes += bytes(parameter.getArray());
        }
        if (bytes > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "The parameters must fit into one message, but take "
                            + bytes
                            + " bytes. Load the same file of weights on all learners instead.");
        }
        ByteBuffer message = ByteBuffer.allocate((int) bytes).put(fingerprint);
        for (Parameter parameter : parameters) {
            ArrayMemory.read(parameter.getArray(), message::put);
        }
        return message.flip();
    }

    private static void read(ByteBuffer weights, NDArray array) {
        int bytes = Math.toIntExact(bytes(array));
        ArrayMemory.write(array, weights.slice(weights.position(), bytes));
        weights.position(weights.position() + bytes);
    }

    private static long bytes(NDArray array) {
        return array.size() * array.getDataType().getNumOfBytes();
    }
}
