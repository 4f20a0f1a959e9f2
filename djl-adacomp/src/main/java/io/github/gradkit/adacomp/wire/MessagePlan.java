package io.github.gradkit.adacomp.wire;

import io.github.gradkit.adacomp.compress.LayerSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A message for each layer of which the coding is chosen, so that its bytes and its sizes come from
 * one choice. Nothing is written and no size is gathered before it is asked for.
 *
 * <p>Immutable. Keeps the updates, and 4 bytes for each value sent in bins or by index.
 */
public final class MessagePlan {

    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    private final Envelope envelope;
    private final List<LayerSpec> layers;
    private final UpdateMessage message;
    private final List<Codec.Choice> choices;

    MessagePlan(
            Envelope envelope,
            List<LayerSpec> layers,
            UpdateMessage message,
            List<Codec.Choice> choices) {
        this.envelope = envelope;
        this.layers = layers;
        this.message = message;
        this.choices = choices;
    }

    /**
     * Writes the message.
     *
     * @return its bytes from position to limit, in an array of their own; little-endian
     * @throws IllegalArgumentException if it takes 2 GB or more
     */
    public ByteBuffer encode() {
        long bytes = Envelope.BYTES + MessageHeader.bytes(message);
        for (Codec.Choice choice : choices) {
            bytes += choice.bytes();
        }
        if (bytes > LARGEST_ARRAY) {
            throw new IllegalArgumentException(
                    "A message must fit into one array, but this would take "
                            + bytes
                            + " bytes. Compress more, or send large layers in parts.");
        }
        ByteBuffer out = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        envelope.open(out);
        MessageHeader.write(message, out);
        choices.forEach(choice -> choice.write(out));
        envelope.close(out);
        return out.flip();
    }

    /**
     * Tells what {@link #encode} makes of each layer.
     *
     * @return one size for each layer, in their order
     */
    public List<LayerSize> sizes() {
        List<LayerSize> sizes = new ArrayList<>(choices.size());
        for (int i = 0; i < choices.size(); i++) {
            Codec.Choice choice = choices.get(i);
            sizes.add(new LayerSize(layers.get(i).path(), choice.codec().label(), choice.bytes()));
        }
        return List.copyOf(sizes);
    }
}
