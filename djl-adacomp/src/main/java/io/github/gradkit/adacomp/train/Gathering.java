package io.github.gradkit.adacomp.train;

import io.github.gradkit.adacomp.exchange.ExchangeException;
import io.github.gradkit.adacomp.exchange.GradientExchange;
import io.github.gradkit.adacomp.wire.MessageException;
import io.github.gradkit.adacomp.wire.MessageFormat;
import io.github.gradkit.adacomp.wire.UpdateMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Exchanges messages and checks that they belong together. */
final class Gathering {

    private Gathering() {}

    static List<UpdateMessage> gather(
            GradientExchange exchange, MessageFormat format, UpdateMessage mine) {
        List<ByteBuffer> all = exchange.allGather(mine.step(), format.encode(mine));
        return decode(all, format, mine);
    }

    static List<UpdateMessage> decode(
            List<ByteBuffer> all, MessageFormat format, UpdateMessage mine) {
        List<UpdateMessage> messages = new ArrayList<>(all.size());
        for (int rank = 0; rank < all.size(); rank++) {
            UpdateMessage message =
                    rank == mine.rank() ? mine : read(all.get(rank), format, rank, mine);
            if (message.rank() != rank || message.step() != mine.step()) {
                throw new ExchangeException(
                        "Rank "
                                + mine.rank()
                                + " is at step "
                                + mine.step()
                                + ", but in the place of rank "
                                + rank
                                + " came a message of rank "
                                + message.rank()
                                + " at step "
                                + message.step()
                                + ". Start all learners from the same checkpoint.");
            }
            messages.add(message);
        }
        return messages;
    }

    private static UpdateMessage read(
            ByteBuffer bytes, MessageFormat format, int rank, UpdateMessage mine) {
        try {
            return format.decode(bytes);
        } catch (MessageException e) {
            throw new ExchangeException(
                    "Rank "
                            + mine.rank()
                            + " can't use the message of rank "
                            + rank
                            + " at step "
                            + mine.step()
                            + ": "
                            + e.getMessage()
                            + " All learners need the same model, frozen layers and compressor, and"
                            + " the same number of batches in each epoch.",
                    e);
        }
    }
}
