package io.github.gradkit.advtrain.attack;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A garbage collection between the passes must not spoil what the losses compute with. */
class GarbageTrapTest {

    private static final double[][] WEIGHTS = TestNets.gaussian(1, 5, 4);
    private static final double[][] INPUTS = TestNets.gaussian(2, 6, 4);

    @ParameterizedTest
    @EnumSource(StandardLoss.class)
    void attackIsTheSameWithGarbageCollectedAfterEveryForwardPass(StandardLoss loss) {
        int[] collections = {0};
        float[] plain = attack(loss, () -> {});
        float[] collected =
                attack(
                        loss,
                        () -> {
                            collections[0]++;
                            assertThat(collectAndReuse()).isNotEmpty();
                        });

        assertThat(collections[0]).isGreaterThan(4);
        assertThat(collected).containsExactly(plain);
    }

    private static float[] attack(StandardLoss loss, Runnable between) {
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block =
                    new SequentialBlock()
                            .add(TestNets.linear(manager, DataType.FLOAT32, WEIGHTS))
                            .add(
                                    LambdaBlock.singleton(
                                            scores -> {
                                                between.run();
                                                return scores;
                                            }));
            NDArray x = Boxes.matrix(manager, DataType.FLOAT32, INPUTS);
            Attack attack =
                    Pgd.builder()
                            .setBall(EpsilonBall.l2(0.3))
                            .optSteps(2)
                            .optLoss(loss)
                            .optEarlyStop(false)
                            .build();
            try (BlockScorer scorer = BlockScorer.of(block);
                    AttackResult result =
                            attack.perturb(
                                    scorer, AttackInput.of(x, new int[] {0, 1, 2, 3, 4, 0}))) {
                return result.adversarial().toFloatArray();
            }
        }
    }

    /** Lets the collector release what it can, and fills released memory with other numbers. */
    private static List<ByteBuffer> collectAndReuse() {
        List<ByteBuffer> buffers = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            System.gc();
            for (int i = 0; i < 2000; i++) {
                ByteBuffer buffer = ByteBuffer.allocateDirect(4 + i % 12 * 4);
                buffer.order(ByteOrder.nativeOrder()).putFloat(0, -1234.5f);
                buffers.add(buffer);
            }
        }
        return buffers;
    }
}
