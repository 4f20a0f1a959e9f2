package io.github.gradkit.advtrain.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import com.google.gson.Gson;
import io.github.gradkit.advtrain.attack.Scorer;
import io.github.gradkit.support.data.ExampleReader;
import io.github.gradkit.support.state.StateFileException;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What a few queries tell about a model.
 *
 * @param classes how many classes it tells apart
 * @param probabilities whether its scores are probabilities
 * @param distance the largest distance between answers to the same input
 * @param scale the largest score
 * @param changed how many predictions differed between answers to the same input
 * @param examples to how many inputs it was asked
 * @param collector whether the forward pass opens a gradient collector
 */
record ModelFacts(
        int classes,
        boolean probabilities,
        double distance,
        double scale,
        int changed,
        int examples,
        Answer collector) {

    /** How often the same input is scored. */
    static final int REPEATS = 5;

    private static final String NAME = "model";
    private static final double SUM_TOLERANCE = 1e-3;
    private static final Gson GSON = new Gson();

    /** A fact that can't always be found out. */
    enum Answer {
        YES,
        NO,
        UNKNOWN
    }

    /** Asks the model, unless the store remembers the answers. */
    static ModelFacts of(Session session) throws StateFileException {
        String known = session.store().fact(NAME);
        if (known != null) {
            return GSON.fromJson(known, ModelFacts.class);
        }
        NDManager parent = session.subject().manager();
        try (NDManager manager = parent.newSubManager()) {
            int[] some =
                    ExampleReader.spread(session.scan().size(), session.settings().batchSize());
            ModelFacts facts =
                    measure(session.subject().scorer(), session.read(manager, some).inputs());
            session.store().putFact(NAME, GSON.toJson(facts), parent);
            return facts;
        }
    }

    private static ModelFacts measure(Scorer scorer, NDArray inputs) {
        Scores first = Scores.of(scorer, inputs);
        double distance = 0;
        boolean[] changed = new boolean[first.size()];
        for (int repeat = 1; repeat < REPEATS; repeat++) {
            Scores again = Scores.of(scorer, inputs);
            distance = Math.max(distance, first.distance(again));
            for (int i = 0; i < changed.length; i++) {
                changed[i] |= first.predicted(i) != again.predicted(i);
            }
        }
        return new ModelFacts(
                first.classes(),
                isProbabilities(first),
                Math.min(distance, Double.MAX_VALUE),
                first.largest(),
                Math.toIntExact(IntStream.range(0, changed.length).filter(i -> changed[i]).count()),
                changed.length,
                collector(scorer, inputs));
    }

    private static boolean isProbabilities(Scores scores) {
        for (int i = 0; i < scores.size(); i++) {
            double[] row = scores.row(i);
            boolean inside = Arrays.stream(row).allMatch(s -> s >= 0 && s <= 1);
            double sum = Arrays.stream(row).sum();
            boolean whole = scores.isOneLogit() || Math.abs(sum - 1) <= SUM_TOLERANCE;
            if (!inside || !whole) {
                return false;
            }
        }
        return true;
    }

    /** An engine allows one collector at a time, so a model that opens its own can't hide it. */
    private static Answer collector(Scorer scorer, NDArray inputs) {
        GradientCollector collector;
        try {
            collector = inputs.getManager().getEngine().newGradientCollector();
        } catch (UnsupportedOperationException | IllegalStateException e) {
            return Answer.UNKNOWN;
        }
        try (collector) {
            scorer.score(inputs).close();
            return Answer.NO;
        } catch (IllegalStateException e) {
            return Answer.YES;
        }
    }
}
