package io.github.gradkit.adacomp.wire;

import io.github.gradkit.adacomp.compress.LayerUpdate;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A way to write a layer. */
sealed interface LayerCoding permits DenseCoding, TernaryCoding, SparseCoding, OneBitCoding {

    /**
     * Returns how to write an update, or null if this coding can't.
     *
     * @param codes which values the update sends, where the update has indices
     */
    @Nullable Body fit(LayerUpdate update, Codes codes);

    /**
     * Reads what {@link Body#write} wrote.
     *
     * @param size the number of values of the layer
     * @throws MessageException if the bytes are too few, or say what can't be
     * @throws IllegalArgumentException if there can't be such an update
     */
    LayerUpdate read(int size, ByteBuffer in);

    /** What is written of a layer after its codec byte. */
    interface Body {

        /** Returns exactly the bytes that {@link #write} takes. */
        long bytes();

        void write(ByteBuffer out);
    }
}
