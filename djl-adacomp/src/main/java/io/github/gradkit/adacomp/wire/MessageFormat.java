package io.github.gradkit.adacomp.wire;

import io.github.gradkit.adacomp.compress.LayerSpec;
import io.github.gradkit.adacomp.compress.LayerUpdate;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns messages into bytes and back, in version 1 of the format.
 *
 * <p>Each layer is written in the shortest of the codings that can hold it, of which the exact
 * sizes are compared first. A layer never takes more than its floats and 1 byte; where the floats
 * are shorter, as for layers of one or two values, an update comes back as a {@link
 * io.github.gradkit.adacomp.compress.DenseUpdate} of the same values. Every other update comes back
 * equal.
 *
 * <p>A {@link io.github.gradkit.adacomp.compress.TernaryUpdate} is written as packed bins, a bitmap
 * or gaps. The form of the paper, 8 bits for a value in bins shorter than 64 and else 16, is read
 * but never written: packed into the bits that are needed, bins take a byte less at the least,
 * whatever is sent.
 *
 * <p>The bytes are little-endian: the letters ADAC, the version, 8 bytes that stand for the
 * fingerprint and the layers, rank, step, examples and number of layers in 7 bits to a byte, a byte
 * that is 1 if checksums of weights follow, those, the layers, and a CRC32C of all before it.
 *
 * <p>Immutable, so that threads may share it.
 */
public final class MessageFormat {

    private final Envelope envelope;
    private final List<LayerSpec> layers;

    private MessageFormat(Envelope envelope, List<LayerSpec> layers) {
        this.envelope = envelope;
        this.layers = layers;
    }

    /**
     * Makes a format.
     *
     * @param fingerprint a text that only learners share that may talk, such as the fingerprint of
     *     the model and the signature of the compressor
     * @param layers the layers in structural order
     * @return the format
     */
    public static MessageFormat of(String fingerprint, List<LayerSpec> layers) {
        List<LayerSpec> copy = List.copyOf(layers);
        return new MessageFormat(Envelope.of(fingerprint, copy), copy);
    }

    /**
     * Returns by how much a message can be larger than the floats of all layers.
     *
     * @param layers the number of layers
     * @return bytes: 46 for the message and 5 for each layer
     */
    public static int maxOverheadBytes(int layers) {
        return Envelope.BYTES + MessageHeader.MAX_BYTES + layers * (Integer.BYTES + 1);
    }

    /**
     * Writes a message.
     *
     * @param message the message
     * @return its bytes from position to limit, in an array of their own; little-endian
     * @throws IllegalArgumentException if it doesn't have one update for each layer, of its size,
     *     or if it takes 2 GB or more
     */
    public ByteBuffer encode(UpdateMessage message) {
        return plan(message).encode();
    }

    /**
     * Tells what {@link #encode} makes of each layer, without writing it. Whoever wants the bytes
     * too spares a second choice of the codings by {@link #plan}.
     *
     * @param message the message
     * @return one size for each layer, in their order
     * @throws IllegalArgumentException if it doesn't have one update for each layer, of its size
     */
    public List<LayerSize> sizes(UpdateMessage message) {
        return plan(message).sizes();
    }

    /**
     * Chooses the coding of each layer, which takes about as long as writing them.
     *
     * @param message the message
     * @return what can be written and told of it
     * @throws IllegalArgumentException if it doesn't have one update for each layer, of its size
     */
    public MessagePlan plan(UpdateMessage message) {
        return plan(message, choices(message));
    }

    /** Plans a message as it is told. */
    MessagePlan plan(UpdateMessage message, List<Codec.Choice> choices) {
        return new MessagePlan(envelope, layers, message, choices);
    }

    private List<Codec.Choice> choices(UpdateMessage message) {
        if (message.layers().size() != layers.size()) {
            throw new IllegalArgumentException(
                    "There must be one update for each of the "
                            + layers.size()
                            + " layers, but there are "
                            + message.layers().size()
                            + ".");
        }
        List<Codec.Choice> choices = new ArrayList<>(layers.size());
        for (int i = 0; i < layers.size(); i++) {
            LayerUpdate update = message.layers().get(i);
            requireSize(layers.get(i), update);
            choices.add(Codec.shortest(update));
        }
        return choices;
    }

    private static void requireSize(LayerSpec layer, LayerUpdate update) {
        if (update.size() != layer.size()) {
            throw new IllegalArgumentException(
                    "Layer '"
                            + layer.path()
                            + "' has "
                            + layer.size()
                            + " values, but its update has "
                            + update.size()
                            + ". Give the updates in the order of the layers.");
        }
    }

    /**
     * Reads a message. Takes no more memory than the layers have values, and than a small multiple
     * of the bytes given, whatever the bytes say. That values are finite is checked of scales, not
     * of values that are sent as floats.
     *
     * @param bytes the message from position to limit, in any byte order; neither changed nor kept
     * @return the message
     * @throws MessageException if the bytes are damaged, from another release or another group of
     *     learners, or not a message
     */
    public UpdateMessage decode(ByteBuffer bytes) {
        ByteBuffer in = envelope.unwrap(bytes);
        MessageHeader header = MessageHeader.read(in, layers.size());
        List<LayerUpdate> updates = new ArrayList<>(layers.size());
        for (LayerSpec layer : layers) {
            updates.add(read(layer, in));
        }
        if (in.hasRemaining()) {
            throw new MessageException(
                    "After the last layer "
                            + in.remaining()
                            + " bytes are left. Use the same release on all learners.");
        }
        return header.message(updates);
    }

    private static LayerUpdate read(LayerSpec layer, ByteBuffer in) {
        try {
            return Codec.read(layer.size(), in);
        } catch (MessageException | IllegalArgumentException e) {
            throw new MessageException(
                    "Layer '"
                            + layer.path()
                            + "' of "
                            + layer.size()
                            + " values can't be read: "
                            + e.getMessage()
                            + " The bytes arrived as they were sent, so the sender is at fault: use"
                            + " the same release on all learners.",
                    e);
        }
    }
}
