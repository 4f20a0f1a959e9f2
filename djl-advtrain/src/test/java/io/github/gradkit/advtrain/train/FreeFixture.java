package io.github.gradkit.advtrain.train;

import ai.djl.training.dataset.Dataset;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import java.util.Map;

/** Free trainings of small networks. */
abstract class FreeFixture {

    static final float RADIUS = 0.125f;
    static final EpsilonBall BALL = EpsilonBall.linf(RADIUS).within(0, 1);

    static FreeTraining free(Dataset data, EpsilonBall ball, int replays) {
        return FreeTraining.builder()
                .setDataset(data)
                .setBall(ball)
                .optReplays(replays)
                .optStepSize(0.05f)
                .build();
    }

    static Map<String, String> fit(Nets net, int replays) throws Exception {
        try (Bench bench = Bench.of(net)) {
            FreeTraining free = free(bench.data(true), BALL, replays);
            return bench.fit(3, free, free);
        }
    }
}
