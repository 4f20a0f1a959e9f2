package io.github.gradkit.adacomp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.gradkit.adacomp.compress.DenseUpdate;
import io.github.gradkit.adacomp.compress.LayerUpdate;
import io.github.gradkit.adacomp.compress.OneBitUpdate;
import io.github.gradkit.adacomp.compress.SparseUpdate;
import io.github.gradkit.adacomp.compress.TernaryUpdate;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Holds version 1 of the format still. If this fails, the format needs a new version. */
class GoldenMessageTest {

    @ParameterizedTest
    @EnumSource(Codec.class)
    void messageIsWrittenByteForByteAndRead(Codec codec) throws IOException {
        LayerUpdate layer = layer(codec);
        UpdateMessage message =
                new UpdateMessage(1, 300, 64, List.of(layer), new int[] {0x01020304});
        MessageFormat format = TestUpdates.format(layer);
        byte[] golden = golden(codec);

        LayerCoding.Body body = codec.coding().fit(layer, Codes.of(layer));
        assertThat(format.plan(message, List.of(new Codec.Choice(codec, body))).encode().array())
                .isEqualTo(golden);
        assertThat(format.decode(ByteBuffer.wrap(golden))).isEqualTo(message);
    }

    private static LayerUpdate layer(Codec codec) {
        return switch (codec) {
            case DENSE -> new DenseUpdate(new float[] {1, -2.5f, 0});
            case ONE_BIT -> new OneBitUpdate(12, new long[] {0xa53}, 0.5f, -0.25f);
            case SPARSE_GAPS ->
                    new SparseUpdate(1000, new int[] {7, 8, 400}, new float[] {1, -2, 3});
            case SPARSE_BITMAP ->
                    new SparseUpdate(8, new int[] {0, 1, 3, 4, 6}, new float[] {1, 2, 3, 4, 5});
            case TERNARY_PAPER, TERNARY_PACKED, TERNARY_GAPS ->
                    ternary(130, 50, 2, 3 << 1, 9 << 1 | 1, 10 << 1, 128 << 1 | 1);
            case TERNARY_BITMAP -> ternary(20, 5, 9, bitmap());
        };
    }

    private static int[] bitmap() {
        return IntStream.range(0, 20).filter(i -> i % 4 != 1).map(i -> i << 1 | i & 1).toArray();
    }

    private static TernaryUpdate ternary(int size, int binLength, int perScale, int... codes) {
        float[] scales = new float[TernaryUpdate.scaleCount(size, binLength, perScale)];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = 0.5f + i;
        }
        return new TernaryUpdate(size, binLength, perScale, codes, scales);
    }

    private static byte[] golden(Codec codec) throws IOException {
        String name = "/message-1-" + codec.name().toLowerCase(Locale.ROOT) + ".hex";
        try (InputStream in = GoldenMessageTest.class.getResourceAsStream(name)) {
            byte[] text = Objects.requireNonNull(in, name).readAllBytes();
            return HexFormat.of()
                    .parseHex(new String(text, StandardCharsets.US_ASCII).replaceAll("\\s", ""));
        }
    }
}
