package io.github.gradkit.examples.learninit;

import ai.djl.ndarray.NDManager;
import io.github.gradkit.learninit.power.Channel;
import io.github.gradkit.learninit.power.ChannelGenerator;
import io.github.gradkit.learninit.power.InterferenceNet;
import io.github.gradkit.learninit.power.PowerAllocation;
import io.github.gradkit.learninit.power.Wmmse;
import io.github.gradkit.learninit.predict.ObjectiveInit;
import io.github.gradkit.learninit.start.Starts;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** WMMSE on channels whose users disturb each other. */
final class PowerStudy implements Study {

    private static final int USERS = 10;
    private static final double NOISE = 0.01;
    private static final int STEPS = 100;
    private static final int FRESH = 200;
    private static final int RUNS = 10;
    private static final int TRAINING_STEPS = 120;
    private static final int HEADS = 4;

    private final Settings settings;

    PowerStudy(Settings settings) {
        this.settings = settings;
    }

    @Override
    public void run(long seed, @Nullable TrainedImages images, Board board) {
        PowerAllocation problem = PowerAllocation.builder().setUsers(USERS).optNoise(NOISE).build();
        Wmmse solver = Wmmse.builder().optSteps(STEPS).optTolerance(-1).optCurve(true).build();
        float[] maximum = new float[USERS];
        Arrays.fill(maximum, (float) problem.maxPower());
        try (NDManager manager = NDManager.newBaseManager()) {
            Solving solving =
                    new Solving(
                            ProblemKind.POWER,
                            problem,
                            problem.known(
                                    manager,
                                    ChannelGenerator.of(USERS, seed + 1_000_000)
                                            .next(settings.scaled(FRESH))),
                            solver,
                            STEPS,
                            seed,
                            board);
            solving.baseline(Starts.uniform());
            solving.baseline(Starts.constant(maximum, "maximum power"));
            solving.multiStart(RUNS);
            long begin = System.nanoTime();
            try (ObjectiveInit rule = learn(problem, seed)) {
                solving.learned(rule, Clock.since(begin));
            }
        }
    }

    private ObjectiveInit learn(PowerAllocation problem, long seed) {
        return ObjectiveInit.<Channel>builder()
                .setProblem(problem)
                .setBlock(InterferenceNet.builder().setProblem(problem).optHeads(HEADS).build())
                .setInstances(ChannelGenerator.of(USERS, seed)::next)
                .optSteps(settings.scaled(TRAINING_STEPS))
                .optSeed(seed)
                .fit();
    }
}
