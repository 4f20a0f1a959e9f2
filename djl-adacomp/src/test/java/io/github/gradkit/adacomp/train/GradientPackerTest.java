package io.github.gradkit.adacomp.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import io.github.gradkit.adacomp.compress.AdaComp;
import io.github.gradkit.adacomp.compress.DenseUpdate;
import io.github.gradkit.adacomp.compress.GradientException;
import io.github.gradkit.adacomp.compress.LayerKind;
import io.github.gradkit.adacomp.compress.LayerUpdate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GradientPackerTest {

    private static final AdaComp PAIRS =
            AdaComp.builder().optBinLength(LayerKind.FULLY_CONNECTED, 2).build();

    private Model model;
    private ModelLayers layers;

    @BeforeEach
    void open() {
        model = Model.newInstance("linear");
        model.setBlock(Linear.builder().setUnits(1).build());
        model.getBlock().initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 4));
        layers = ModelLayers.of(model.getBlock());
        assertThat(layers.specs()).extracting("size").containsExactly(4, 1);
    }

    @AfterEach
    void close() {
        model.close();
    }

    @ParameterizedTest
    @EnumSource
    void packsAllLayersAndKeepsWhatIsOwed(PackingPlace place) {
        GradientPacker packer = new GradientPacker(PAIRS, layers, place);
        float[] gradient = {4, 1, 2, 0};
        backward(gradient, 5);
        try (NDManager scratch = model.getNDManager().newSubManager()) {
            List<LayerGradient> gradients = layers.gradients(place, scratch);
            packer.requireFinite(gradients);
            List<LayerUpdate> updates = packer.pack(0, gradients);

            float[] sent = new float[4];
            updates.get(0).addTo(sent, 1);
            float[] residue = packer.residue(0);
            for (int i = 0; i < 4; i++) {
                assertThat(sent[i] + residue[i]).isEqualTo(gradient[i]);
            }
            assertThat(residue).isNotEqualTo(new float[4]);
            assertThat(updates.get(1)).isEqualTo(new DenseUpdate(new float[] {5}));
            assertThat(packer.residue(1)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void findsWhatIsNotFiniteInTheLastLayerBeforeTheFirstIsTouched(PackingPlace place) {
        GradientPacker packer = new GradientPacker(PAIRS, layers, place);
        backward(new float[] {4, 1, 2, 0}, Float.NEGATIVE_INFINITY);
        try (NDManager scratch = model.getNDManager().newSubManager()) {
            List<LayerGradient> gradients = layers.gradients(place, scratch);
            assertThatExceptionOfType(GradientException.class)
                    .isThrownBy(() -> packer.requireFinite(gradients))
                    .withMessageContaining("bias'")
                    .withMessageContaining("-Infinity");
            assertThat(packer.residue(0)).isEqualTo(new float[4]);
        }
    }

    @ParameterizedTest
    @EnumSource
    void goesOnWithResiduesThatWereSet(PackingPlace place) {
        GradientPacker packer = new GradientPacker(PAIRS, layers, place);
        packer.setResidue(0, new float[] {1, -2, 3, -4});
        packer.setResidue(1, new float[0]);
        assertThat(packer.residue(0)).containsExactly(1, -2, 3, -4);
        backward(new float[4], 0);
        try (NDManager scratch = model.getNDManager().newSubManager()) {
            packer.pack(0, layers.gradients(place, scratch));
        }
        assertThat(packer.residue(0)).containsExactly(1, 1, 3, -1);
    }

    /** Gives weights and bias these gradients. */
    private void backward(float[] weights, float bias) {
        Parameter weight = layers.parameters().get(0);
        NDManager manager = model.getNDManager();
        try (GradientCollector collector = manager.getEngine().newGradientCollector();
                NDArray factors = manager.create(weights, weight.getArray().getShape());
                NDArray factor = manager.create(new float[] {bias});
                NDArray loss =
                        weight.getArray()
                                .mul(factors)
                                .sum()
                                .add(layers.parameters().get(1).getArray().mul(factor).sum())) {
            collector.backward(loss);
        }
    }
}
