package io.github.gradkit.examples.advtrain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.TranslateException;
import ai.djl.util.Progress;
import io.github.gradkit.advtrain.attack.Attack;
import io.github.gradkit.advtrain.attack.AttackInput;
import io.github.gradkit.advtrain.attack.AttackResult;
import io.github.gradkit.advtrain.attack.AutoAttack;
import io.github.gradkit.advtrain.attack.BlockScorer;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.attack.Fgsm;
import io.github.gradkit.advtrain.attack.Pgd;
import io.github.gradkit.advtrain.attack.StandardLoss;
import io.github.gradkit.advtrain.evaluate.RobustnessEvaluator;
import io.github.gradkit.advtrain.evaluate.RobustnessReport;
import io.github.gradkit.examples.data.ImageData;
import io.github.gradkit.examples.data.ImageSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Trains a model by each method, and attacks it. */
final class Experiment {

    static final String FGSM = "FGSM";
    static final String PGD = "PGD-50x10";
    static final String AUTO = "AutoAttack";

    private static final int STEPS = 50;
    private static final int RESTARTS = 10;
    private static final int PICTURES = 6;

    private final Settings settings;
    private final Progress progress;

    Experiment(Settings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    Result run(ImageData data) throws IOException, TranslateException {
        List<Evaluated> models = new ArrayList<>();
        for (TrainingMethod method : settings.methods()) {
            RobustTraining training = new RobustTraining(settings, data.train(), progress);
            try (Trained trained = training.run(method)) {
                models.add(evaluate(trained, data.test()));
            }
        }
        return new Result(settings, data, models);
    }

    private Evaluated evaluate(Trained trained, ImageSet test) {
        long start = System.nanoTime();
        RobustnessReport report =
                RobustnessEvaluator.builder()
                        .setModel(trained.classifier().model())
                        .setBall(settings.ball())
                        .addAttack(Fgsm::of)
                        .addAttack(this::pgd)
                        .addAttack(this::autoAttack)
                        .optSeed(settings.seed())
                        .optBatchSize(256)
                        .optProgress(progress)
                        .build()
                        .evaluate(trained.classifier().dataset(test));
        return new Evaluated(
                trained.method(),
                trained.seconds(),
                trained.losses(),
                report,
                (System.nanoTime() - start) / 1e9,
                pictures(trained, test));
    }

    private Attack pgd(EpsilonBall ball) {
        return Pgd.builder()
                .setBall(ball)
                .optSteps(STEPS)
                .optRestarts(RESTARTS)
                .optSeed(settings.seed())
                .build();
    }

    private Attack autoAttack(EpsilonBall ball) {
        return AutoAttack.builder().setBall(ball).optSeed(settings.seed()).build();
    }

    /** Perturbs the first test images as far as it goes, whether they break or not. */
    private List<Evaluated.Perturbed> pictures(Trained trained, ImageSet test) {
        ImageSet some = test.select(IntStream.range(0, Math.min(PICTURES, test.size())).toArray());
        ImageSet.Format format = test.format();
        Attack attack =
                Pgd.builder()
                        .setBall(settings.ball())
                        .optSteps(STEPS)
                        .optLoss(StandardLoss.MARGIN)
                        .optSeed(settings.seed())
                        .optEarlyStop(false)
                        .build();
        try (NDManager manager = trained.classifier().model().getNDManager().newSubManager();
                BlockScorer scorer = BlockScorer.of(trained.classifier().model())) {
            NDArray inputs =
                    manager.create(
                            some.features(),
                            new Shape(
                                    some.size(),
                                    format.channels(),
                                    format.height(),
                                    format.width()));
            try (AttackResult result =
                    attack.perturb(scorer, AttackInput.of(inputs, some.labels()))) {
                return perturbed(scorer, result.adversarial(), some.size());
            }
        }
    }

    private static List<Evaluated.Perturbed> perturbed(
            BlockScorer scorer, NDArray inputs, int count) {
        float[] values = inputs.toFloatArray();
        int size = values.length / count;
        List<Evaluated.Perturbed> pictures = new ArrayList<>();
        try (NDArray logits = scorer.score(inputs);
                NDArray predicted = logits.argMax(1)) {
            long[] classes = predicted.toLongArray();
            for (int i = 0; i < count; i++) {
                int first = i * size;
                int[] pixels =
                        IntStream.range(first, first + size)
                                .map(j -> Math.round(255 * Math.max(0, Math.min(1, values[j]))))
                                .toArray();
                pictures.add(new Evaluated.Perturbed(i, pixels, Math.toIntExact(classes[i])));
            }
        }
        return pictures;
    }
}
