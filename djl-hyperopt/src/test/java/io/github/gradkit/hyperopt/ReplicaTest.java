package io.github.gradkit.hyperopt;

import static io.github.gradkit.hyperopt.Hyperparameter.WEIGHT_DECAY;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.LocalParameterServer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Training on several devices: DJL hands over the summed gradient once for each. */
class ReplicaTest {

    private static final int STEPS = 10;
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
}
