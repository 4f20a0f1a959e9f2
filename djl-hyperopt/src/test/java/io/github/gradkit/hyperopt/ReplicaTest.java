package io.github.gradkit.hyperopt;

import static io.github.gradkit.hyperopt.Hyperparameter.WEIGHT_DECAY;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.LocalParameterServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Training on several devices: DJL hands over the summed gradient once for each. */
class ReplicaTest {

    private static final int STEPS = 10;

    @TempDir private Path folder;

    private static final TensorProblem PROBLEM = new TensorProblem(51);

    private static HyperTower tower(RuleKind kind, int height) {
        HyperTower.Builder builder =
                HyperTower.builder().setBase(TensorTowerTest.all(kind).with(WEIGHT_DECAY, .05));
        if (height > 0) {
            builder.tunedBy(UpdateRule.adam(1e-3));
        }
        return builder.build();
    }

    private static TowerTrace train(HyperTower tower, int replicas) {
        TowerTrace trace = new TowerTrace();
        try (NDManager manager = NDManager.newBaseManager();
                tower) {
            LocalParameterServer server = new LocalParameterServer(tower);
            NDList[] devices = new NDList[replicas];
            for (int r = 0; r < replicas; r++) {
                devices[r] = PROBLEM.create(manager, DataType.FLOAT32, PROBLEM.loss().start());
                devices[r].forEach(weight -> weight.setRequiresGradient(true));
            }
            for (int t = 1; t <= STEPS; t++) {
                step(server, manager, devices);
                double[] after = PROBLEM.read(devices[0]);
                for (NDList device : devices) {
                    assertThat(PROBLEM.read(device)).isEqualTo(after);
                }
                assertThat(tower.steps()).isEqualTo(t);
                trace.add(
                        List.of(),
                        tower.learned().stream().mapToDouble(LearnedValue::value).toArray(),
                        after);
            }
        }
        return trace;
    }

    /** Every device sees a part of the batch; the parts of two sum up without rounding. */
    private static void step(LocalParameterServer server, NDManager manager, NDList[] devices) {
        double part = 1.0 / devices.length;
        double[] gradient =
                Arrays.stream(PROBLEM.loss().gradient(PROBLEM.read(devices[0])))
                        .map(g -> g * part)
                        .toArray();
        for (int i = 0; i < devices[0].size(); i++) {
            NDArray[] gradients = new NDArray[devices.length];
            NDArray[] weights = new NDArray[devices.length];
            for (int r = 0; r < devices.length; r++) {
                gradients[r] = PROBLEM.create(manager, DataType.FLOAT32, gradient).get(i);
                weights[r] = devices[r].get(i);
            }
            server.update(TensorProblem.id(i), gradients, weights);
        }
    }

    @ParameterizedTest
    @EnumSource
    void replicasStayEqualAndCountAsOne(RuleKind kind) {
        for (int height = 0; height < 2; height++) {
            TowerTrace one = train(tower(kind, height), 1);
            TowerTrace two = train(tower(kind, height), 2);
            TowerTrace four = train(tower(kind, height), 4);
            for (int t = 1; t <= STEPS; t++) {
                assertThat(two.weights(t)).isEqualTo(one.weights(t));
                assertThat(two.learned(t)).isEqualTo(one.learned(t));
                assertThat(four.weights(t)).isEqualTo(one.weights(t));
                assertThat(four.learned(t)).isEqualTo(one.learned(t));
            }
        }
    }

    /** A layer with copies of its parameters, whose loss is half the squared length of all. */
    private static final class Copies {
        final Block block;
        final List<NDArray[]> devices = new ArrayList<>();

        Copies(NDManager manager, int count, List<float[]> start) {
            block = Linear.builder().setUnits(2).optBias(start.size() > 1).build();
            block.initialize(manager, DataType.FLOAT32, new Shape(1, 3));
            for (Parameter parameter : block.getParameters().values()) {
                NDArray array = parameter.getArray();
                array.set(start.get(devices.size()));
                NDArray[] copies = new NDArray[count];
                copies[0] = array;
                for (int i = 1; i < count; i++) {
                    copies[i] = array.duplicate();
                    copies[i].setRequiresGradient(true);
                }
                devices.add(copies);
            }
        }

        void steps(HyperTower tower, int count) {
            LocalParameterServer server = new LocalParameterServer(tower);
            for (int step = 0; step < count; step++) {
                for (int p = 0; p < devices.size(); p++) {
                    NDArray[] copies = devices.get(p);
                    NDArray[] gradients = new NDArray[copies.length];
                    for (int i = 0; i < copies.length; i++) {
                        try (NDArray plain = copies[i].stopGradient()) {
                            gradients[i] = plain.mul(1f / copies.length);
                        }
                    }
                    String id = block.getParameters().valueAt(p).getId();
                    server.update(id, gradients, copies);
                }
            }
        }

        List<float[]> weights(int device) {
            return devices.stream().map(copies -> copies[device].toFloatArray()).toList();
        }
    }

    /** Nobody tells a tower without a listener on how many devices it goes on. */
    @ParameterizedTest
    @CsvSource({"SGD, 2, 2", "SGD, 4, 2", "SGD, 4, 1", "ADAM, 2, 2", "ADAM, 2, 1", "ADAM, 1, 2"})
    void savedTowersGoOnOnMoreDevices(RuleKind kind, int count, int parameters) throws Exception {
        Path file = folder.resolve("tower");
        List<float[]> start =
                List.of(new float[] {1, 2, 3, 4, 5, 6}, new float[] {7, 8}).subList(0, parameters);
        try (NDManager manager = NDManager.newBaseManager();
                HyperTower one = tower(kind, 1);
                HyperTower more = tower(kind, 1)) {
            Copies single = new Copies(manager, 1, start);
            single.steps(one, 5);
            one.save(file, single.block);
            Copies several = new Copies(manager, count, single.weights(0));
            more.restore(file, several.block);

            single.steps(one, 5);
            several.steps(more, 1);
            more.save(file, several.block);
            several.steps(more, 4);

            assertThat(more.steps()).isEqualTo(10);
            assertThat(more.learned()).isEqualTo(one.learned());
            for (int device = 0; device < count; device++) {
                Training.assertSameBits(several.weights(device), single.weights(0));
            }
        }
    }
}
