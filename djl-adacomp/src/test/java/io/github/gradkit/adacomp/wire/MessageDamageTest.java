package io.github.gradkit.adacomp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.github.gradkit.adacomp.compress.LayerKind;
import io.github.gradkit.adacomp.compress.LayerSpec;
import io.github.gradkit.adacomp.compress.LayerUpdate;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Whatever arrives is either the message that was sent or refused. */
class MessageDamageTest {

    private static final LayerUpdate[] LAYERS = {
        TestUpdates.ternary(300, 50, 2, 0.1, 1),
        TestUpdates.ternary(100, 10, 100, 0.5, 2),
        TestUpdates.sparse(200, 0.1, 3),
        TestUpdates.oneBit(70, 4),
        TestUpdates.dense(3, 5)
    };
    private static final UpdateMessage MESSAGE = TestUpdates.message(LAYERS);
    private static final MessageFormat FORMAT = TestUpdates.format(LAYERS);

    private final byte[] bytes = FORMAT.encode(MESSAGE).array();

    @Test
    void everyFlippedBitIsNoticed() {
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            byte[] damaged = bytes.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertRefused(damaged, "");
        }
    }

    @Test
    void everyTruncationIsNoticed() {
        for (int length = 0; length < bytes.length; length++) {
            assertRefused(Arrays.copyOf(bytes, length), "cut off");
        }
    }

    @Test
    void everyTruncationWithARightChecksumIsNoticed() {
        for (int length = 0; length < bytes.length; length++) {
            assertRefused(sealed(Arrays.copyOf(bytes, length)), "");
        }
    }

    @Test
    void bytesAfterTheLastLayerAreNoticed() {
        byte[] longer = sealed(Arrays.copyOf(bytes, bytes.length + 1));

        assertRefused(longer, "1 bytes are left");
    }

    @Test
    void otherVersionIsNamed() {
        byte[] other = bytes.clone();
        other[4] = 2;

        assertRefused(sealed(other), "has version 2, but this learner only reads version 1");
    }

    @Test
    void somethingElseIsNamed() {
        byte[] other = bytes.clone();
        other[0] = 'G';

        assertRefused(sealed(other), "but this with 47444143");
    }

    @Test
    void otherLearnersAreRefused() {
        LayerSpec layer = new LayerSpec("w", LayerKind.OTHER, 3);
        UpdateMessage message = TestUpdates.message(TestUpdates.dense(3, 1));
        MessageFormat format = MessageFormat.of("AdaComp", List.of(layer));
        ByteBuffer encoded = format.encode(message);

        assertThat(format.decode(encoded)).isEqualTo(message);
        for (MessageFormat other :
                List.of(
                        MessageFormat.of("adaComp", List.of(layer)),
                        MessageFormat.of("AdaComp", List.of()),
                        MessageFormat.of(
                                "AdaComp", List.of(new LayerSpec("v", LayerKind.OTHER, 3))),
                        MessageFormat.of("AdaComp", List.of(new LayerSpec("w", LayerKind.BIAS, 3))),
                        MessageFormat.of(
                                "AdaComp", List.of(new LayerSpec("w", LayerKind.OTHER, 4))))) {
            assertThatThrownBy(() -> other.decode(encoded))
                    .isInstanceOf(MessageException.class)
                    .hasMessageContaining("settings differ");
        }
    }

    @Test
    void negativeOrEndlessScaleIsRefusedWithTheNameOfTheLayer() {
        for (float scale : new float[] {-1, Float.NaN, Float.POSITIVE_INFINITY}) {
            byte[] other = bytes.clone();
            // After header and codec byte: bin length, bins per scale, number sent.
            int at = 13 + 7 + 1 + 3;
            ByteBuffer.wrap(other).order(ByteOrder.LITTLE_ENDIAN).putFloat(at, scale);

            assertRefused(sealed(other), "'0_weight' of 300 values can't be read: A scale");
        }
    }

    @Test
    void damageWithARightChecksumIsRefusedOrGivesAnotherMessage() {
        Random random = new Random(7);
        int parsed = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] damaged = bytes.clone();
            for (int j = random.nextInt(4); j >= 0; j--) {
                damaged[random.nextInt(13, damaged.length - 4)] = (byte) random.nextInt();
            }
            parsed += decode(FORMAT, sealed(damaged)) ? 1 : 0;
        }

        assertThat(parsed).isBetween(100, 99_000);
    }

    @Test
    void randomBytesAreRefusedWithoutTakingMemoryForWhatTheyClaim() {
        MessageFormat huge = MessageFormat.of("huge", List.of(huge(LayerSpec.MAX_SIZE)));
        byte[] start =
                MessageFormat.of("", List.of(huge(0)))
                        .encode(TestUpdates.message(TestUpdates.dense(0, 1)))
                        .array();
        long group = Envelope.of("huge", List.of(huge(LayerSpec.MAX_SIZE))).group();
        ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).putLong(5, group);
        Random random = new Random(8);
        for (int i = 0; i < 100_000; i++) {
            byte[] noise = new byte[random.nextInt(60)];
            random.nextBytes(noise);
            byte[] all = Arrays.copyOf(start, 20 + 1 + noise.length + 4);
            System.arraycopy(noise, 0, all, 21, noise.length);
            all[20] = (byte) random.nextInt(9);
            long before = allocated();
            decode(huge, sealed(all));
            assertThat(allocated() - before).as("%s", (Object) all).isLessThan(1_000_000);
        }
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }

    private static LayerSpec huge(int size) {
        return new LayerSpec("w", LayerKind.OTHER, size);
    }

    /** Tells whether bytes are a message; anything but a refusal fails the test. */
    private static boolean decode(MessageFormat format, byte[] bytes) {
        try {
            format.decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (MessageException e) {
            return false;
        } catch (RuntimeException | OutOfMemoryError e) {
            return fail(Arrays.toString(bytes), e);
        }
    }

    private static void assertRefused(byte[] bytes, String message) {
        assertThatThrownBy(() -> FORMAT.decode(ByteBuffer.wrap(bytes)))
                .isInstanceOf(MessageException.class)
                .hasMessageContaining(message);
    }

    private static byte[] sealed(byte[] bytes) {
        if (bytes.length >= 4) {
            CRC32C crc = new CRC32C();
            crc.update(bytes, 0, bytes.length - 4);
            ByteBuffer.wrap(bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(bytes.length - 4, (int) crc.getValue());
        }
        return bytes;
    }
}
