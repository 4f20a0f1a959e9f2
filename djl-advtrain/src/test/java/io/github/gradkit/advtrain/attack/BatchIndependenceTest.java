package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** An example gets the same attack alone, in a batch, and when others have left the batch. */
class BatchIndependenceTest {

    private static final int CLASSES = 4;
    private static final int FEATURES = 6;
    private static final long[] INDICES = {17, 3, 99, 4, 1_000_000_007L, 0, 8};

    static Stream<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        for (AttackKind kind : AttackKind.values()) {
            for (Norm norm : Norm.values()) {
                cases.add(Arguments.of(kind, norm));
            }
        }
        return cases.stream();
    }

    /** In double precision, where another order of summing up is far below the tolerance. */
    @ParameterizedTest
    @MethodSource("cases")
    void resultOfABatchIsThatOfEachExampleAlone(AttackKind kind, Norm norm) {
        Attack attack = kind.of(ball(norm));
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = model(manager);
            NDArray x = inputs(manager);
            int[] labels = TestNets.labels(block, x, CLASSES);
            try (BlockScorer scorer = BlockScorer.of(block);
                    AttackResult together = attack.perturb(scorer, batch(x, labels))) {
                int broken = together.successCount();
                assertThat(broken).as("some leave, some stay").isBetween(1, INDICES.length);
                for (int i = 0; i < INDICES.length; i++) {
                    AttackInput one =
                            AttackInput.of(x.get(i + ":" + (i + 1)), new int[] {labels[i]})
                                    .withIndices(new long[] {INDICES[i]});
                    try (AttackResult alone = attack.perturb(scorer, one)) {
                        assertThat(alone.success()[0]).isEqualTo(together.success()[i]);
                        assertThat(alone.margins()[0])
                                .isCloseTo(together.margins()[i], within(1e-9));
                        assertThat(alone.adversarial().toDoubleArray())
                                .containsExactly(
                                        together.adversarial().get(i).toDoubleArray(),
                                        within(1e-9));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void randomStartsOfRestartsAreTheSameBitsWhoeverLeft(Norm norm) {
        Map<String, byte[]> together = new TreeMap<>();
        Map<String, byte[]> alone = new TreeMap<>();
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = model(manager);
            NDArray x = inputs(manager);
            int[] labels = TestNets.labels(block, x, CLASSES);
            try (BlockScorer scorer = BlockScorer.of(block)) {
                recording(norm, together).perturb(scorer, batch(x, labels)).close();
                for (int i = 0; i < INDICES.length; i++) {
                    AttackInput one =
                            AttackInput.of(x.get(i + ":" + (i + 1)), new int[] {labels[i]})
                                    .withIndices(new long[] {INDICES[i]});
                    recording(norm, alone).perturb(scorer, one).close();
                }
            }
        }
        assertThat(together).hasSizeGreaterThan(INDICES.length);
        assertThat(together).hasSizeLessThan(3 * INDICES.length);
        assertThat(alone.keySet()).isEqualTo(together.keySet());
        alone.forEach((key, bits) -> assertThat(bits).isEqualTo(together.get(key)));
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void anotherSeedOrIndexOrRoundStartsElsewhere(Norm norm) {
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = model(manager);
            NDArray x = inputs(manager);
            int[] labels = TestNets.labels(block, x, CLASSES);
            AttackInput input = batch(x, labels);
            long[] shifted = INDICES.clone();
            shifted[1]++;
            try (BlockScorer scorer = BlockScorer.of(block)) {
                byte[] plain = oneStep(norm, 0).adversarial(scorer, input).toByteArray();

                assertThat(oneStep(norm, 0).adversarial(scorer, input).toByteArray())
                        .isEqualTo(plain);
                assertThat(oneStep(norm, 1).adversarial(scorer, input).toByteArray())
                        .isNotEqualTo(plain);
                assertThat(
                                oneStep(norm, 0)
                                        .adversarial(scorer, input.withIndices(shifted))
                                        .toByteArray())
                        .isNotEqualTo(plain);
                assertThat(oneStep(norm, 0).adversarial(scorer, input.withRound(1)).toByteArray())
                        .isNotEqualTo(plain);
            }
        }
    }

    private static Attack oneStep(Norm norm, long seed) {
        if (norm == Norm.LINF) {
            // The step of Apgd is so long that it ends in the same corner from everywhere.
            return Pgd.builder()
                    .setBall(ball(norm))
                    .optSteps(1)
                    .optStepSize(0.001)
                    .optSeed(seed)
                    .build();
        }
        return Apgd.builder()
                .setBall(ball(norm).withEpsilon(0.01))
                .optSteps(1)
                .optSeed(seed)
                .optEarlyStop(false)
                .build();
    }

    private static Attack recording(Norm norm, Map<String, byte[]> starts) {
        PerturbationStart start =
                request -> {
                    NDArray change = PerturbationStart.surface().start(request);
                    for (int i = 0; i < request.indices().length; i++) {
                        String key = request.indices()[i] + " attempt " + request.attempt();
                        starts.put(key, change.get(i).toByteArray());
                    }
                    return change;
                };
        return Pgd.builder().setBall(ball(norm)).optSteps(2).optRestarts(3).optStart(start).build();
    }

    private static EpsilonBall ball(Norm norm) {
        double epsilon =
                switch (norm) {
                    case LINF -> 0.08;
                    case L2 -> 0.16;
                    case L1 -> 0.25;
                };
        return EpsilonBall.of(norm, epsilon).within(0, 1);
    }

    private static AttackInput batch(NDArray x, int[] labels) {
        return AttackInput.of(x, labels).withIndices(INDICES);
    }

    private static NDArray inputs(NDManager manager) {
        return TestNets.inputs(manager, new Shape(INDICES.length, FEATURES), 6)
                .toType(DataType.FLOAT64, true);
    }

    private static Block model(NDManager manager) {
        Engine.getInstance().setRandomSeed(4);
        Block block =
                new SequentialBlock()
                        .add(Linear.builder().setUnits(8).build())
                        .add(Activation::tanh)
                        .add(Linear.builder().setUnits(CLASSES).build());
        block.initialize(manager, DataType.FLOAT64, new Shape(1, FEATURES));
        return block;
    }
}
