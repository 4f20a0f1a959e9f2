package io.github.gradkit.adacomp.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class GradientPackerTest {

    private final GradientPacker packer =
            GradientPacker.open(
                    AdaComp.builder().optBinLength(LayerKind.OTHER, 2).build(),
                    List.of(
                            new LayerSpec("weight", LayerKind.OTHER, 4),
                            new LayerSpec("bias", LayerKind.BIAS, 1)));

    @Test
    void packsAllLayersAndKeepsWhatIsOwed() {
        List<FloatBuffer> gradients = List.of(values(4, 1, 2, 0), values(5));
        packer.requireFinite(gradients);
        List<LayerUpdate> updates = packer.pack(0, gradients);

        float[] sent = new float[4];
        updates.get(0).addTo(sent, 1);
        float[] residue = packer.residue(0);
        for (int i = 0; i < 4; i++) {
            assertThat(sent[i] + residue[i]).isEqualTo(gradients.get(0).get(i));
        }
        assertThat(residue).isNotEqualTo(new float[4]);
        assertThat(updates.get(1)).isEqualTo(new DenseUpdate(new float[] {5}));
        assertThat(packer.residue(1)).isEmpty();
    }

    @Test
    void findsWhatIsNotFiniteInTheLastLayerBeforeTheFirstIsTouched() {
        List<FloatBuffer> gradients = List.of(values(4, 1, 2, 0), values(Float.NEGATIVE_INFINITY));
        assertThatExceptionOfType(GradientException.class)
                .isThrownBy(() -> packer.requireFinite(gradients))
                .withMessageContaining("'bias'")
                .withMessageContaining("-Infinity");
        assertThat(packer.residue(0)).isEqualTo(new float[4]);
    }

    @Test
    void refusesGradientsOfAnotherSize() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> packer.requireFinite(List.of(values(1, 2), values(1))))
                .withMessageContaining("'weight'");
    }

    private static FloatBuffer values(float... values) {
        return FloatBuffer.wrap(values);
    }
}
