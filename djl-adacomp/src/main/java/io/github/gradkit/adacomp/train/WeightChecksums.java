package io.github.gradkit.adacomp.train;

import ai.djl.nn.Parameter;
import io.github.gradkit.adacomp.exchange.ExchangeException;
import io.github.gradkit.adacomp.wire.UpdateMessage;
import java.util.List;
import java.util.zip.CRC32C;

/** Finds learners whose weights have drifted apart. */
final class WeightChecksums {

    private WeightChecksums() {}

    /** One checksum for each layer. */
    static int[] of(ModelLayers layers) {
        List<Parameter> parameters = layers.parameters();
        int[] checksums = new int[parameters.size()];
        for (int i = 0; i < checksums.length; i++) {
            CRC32C crc = new CRC32C();
            ArrayMemory.read(parameters.get(i).getArray(), crc::update);
            checksums[i] = (int) crc.getValue();
        }
        return checksums;
    }

    static void requireEqual(ModelLayers layers, List<UpdateMessage> messages) {
        int[] first = messages.get(0).weightChecksums();
        for (UpdateMessage message : messages) {
            int[] other = message.weightChecksums();
            if (other.length != first.length) {
                throw new ExchangeException(
                        "At step "
                                + message.step()
                                + ", only one of the ranks 0 and "
                                + message.rank()
                                + " sent checksums of its weights. Give all learners the same"
                                + " checksum interval, and restore all of them or none.");
            }
            for (int i = 0; i < first.length; i++) {
                if (other[i] != first[i]) {
                    throw different(layers.specs().get(i).path(), message);
                }
            }
        }
    }

    private static ExchangeException different(String path, UpdateMessage message) {
        return new ExchangeException(
                "Before step "
                        + message.step()
                        + ", the weights of layer '"
                        + path
                        + "' differ between ranks 0 and "
                        + message.rank()
                        + ", so their gradients belong to different models. Call"
                        + " InitialWeights.broadcast before training; use the same optimizer and"
                        + " learning rate on all; call step() exactly once after each exchange; and"
                        + " change weights in no other way.");
    }
}
