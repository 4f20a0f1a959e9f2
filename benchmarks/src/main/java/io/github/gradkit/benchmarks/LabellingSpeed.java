package io.github.gradkit.benchmarks;

import ai.djl.ndarray.NDManager;
import io.github.gradkit.adm.cut.AutomaticSolver;
import io.github.gradkit.adm.cut.BoykovKolmogorov;
import io.github.gradkit.adm.cut.MinCutSolver;
import io.github.gradkit.adm.cut.OrToolsSolver;
import io.github.gradkit.adm.train.LatentStep;
import java.util.function.Supplier;

/**
 * Images that are labelled by expansion moves in a second, all work included: scores and weights
 * are read from arrays, turned into costs, cut, and the energies taken down. On one thread the time
 * is the processor time of this process.
 */
final class LabellingSpeed {

    private static final double LAMBDA = 1;
    private static final int WARM_UP = 5;

    private LabellingSpeed() {}

    static void measure(int height, int width, int labels, int images, int rounds) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                LatentStep two = step(2, AutomaticSolver::new);
                LatentStep one = step(1, AutomaticSolver::new);
                LatentStep boykov = step(1, BoykovKolmogorov::new);
                LatentStep library = step(1, OrToolsSolver::new)) {
            NoisyScores.Batch batch = NoisyScores.of(manager, images, height, width, labels);
            for (int i = 0; i < WARM_UP; i++) {
                one.label(batch.labels(), batch.scores());
                boykov.label(batch.labels(), batch.scores());
            }
            System.out.printf("%n%dx%d, %d labels, images a second%n", width, height, labels);
            print("1 thread", batch, one, one, Paired.Clock.CPU, rounds);
            print("2 threads, wall", batch, one, two, Paired.Clock.WALL, rounds);
            print("Boykov-Kolmogorov, 1 thread", batch, one, boykov, Paired.Clock.CPU, rounds);
            print("OR-tools, 1 thread", batch, one, library, Paired.Clock.CPU, rounds);
        }
    }

    private static LatentStep step(int threads, Supplier<MinCutSolver> solver) {
        return LatentStep.builder().setLambda(LAMBDA).optThreads(threads).optSolver(solver).build();
    }

    private static void print(
            String name,
            NoisyScores.Batch batch,
            LatentStep floor,
            LatentStep step,
            Paired.Clock clock,
            int rounds) {
        Paired seen =
                Paired.of(
                        clock,
                        rounds,
                        () -> floor.label(batch.labels(), batch.scores()),
                        () -> step.label(batch.labels(), batch.scores()));
        System.out.printf(
                "%-30s %8.0f   %6.2f x the time of the automatic choice on one thread%n",
                name, 1000 * batch.images() / seen.time(), seen.ratio());
    }
}
