package io.github.gradkit.examples.learninit;

import ai.djl.ndarray.NDArray;
import io.github.gradkit.advtrain.attack.BlockScorer;
import io.github.gradkit.learninit.explain.Contrast;
import io.github.gradkit.learninit.explain.ContrastiveExplainer;
import io.github.gradkit.learninit.explain.ExplanationProblem;
import io.github.gradkit.learninit.explain.Explanations;
import io.github.gradkit.learninit.explain.LearnedConstants;
import io.github.gradkit.learninit.start.StartRule;
import io.github.gradkit.learninit.start.Starts;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Searches for the explanations of one kind of some images, in all ways. */
final class Explaining {

    private final Contrast contrast;
    private final TrainedImages images;
    private final long seed;
    private final Map<Way, StartRule> starts = new EnumMap<>(Way.class);

    /**
     * Prepares the ways.
     *
     * @param contrast what is explained
     * @param images the classifier
     * @param nearest starts at the explanation of the most similar training image
     * @param learned starts where a predictor says
     * @param seed decides what is drawn
     */
    Explaining(
            Contrast contrast,
            TrainedImages images,
            StartRule nearest,
            StartRule learned,
            long seed) {
        this.contrast = contrast;
        this.images = images;
        this.seed = seed;
        starts.put(Way.ZERO, Starts.zero());
        starts.put(Way.NEAREST, nearest);
        starts.put(Way.ZERO_LEARNED_CONSTANT, Starts.zero());
        starts.put(Way.LEARNED, learned);
    }

    /**
     * Explains images with full access and by scores alone. Constants are learned from explanations
     * of other images that full access gives; where it gives none, nothing is compared.
     *
     * @param lessons the images to learn constants from
     * @param fresh the images to explain
     * @param table receives what came of it
     * @param pictures receives what full access finds; nothing is shown of it if it is null
     */
    void run(
            NDArray lessons,
            NDArray fresh,
            ExplanationTable table,
            @Nullable ExplanationPictures pictures) {
        ExplanationProblem open =
                ExplanationStudy.problem(contrast, images)
                        .setClassifier(images.classifier().model().getBlock())
                        .build();
        try (BlockScorer scorer = BlockScorer.of(images.classifier().model());
                Explanations solved = explainer(open, Access.WHITE_BOX).build().explain(lessons)) {
            if (solved.foundRate() == 0) {
                return;
            }
            ExplanationProblem closed =
                    ExplanationStudy.problem(contrast, images).setScorer(scorer).build();
            for (Access access : Access.values()) {
                ExplanationProblem problem = access == Access.WHITE_BOX ? open : closed;
                try (LearnedConstants constants =
                        LearnedConstants.builder()
                                .setProblem(problem)
                                .setExplanations(lessons, solved)
                                .optSeed(seed)
                                .fit()) {
                    compare(
                            problem,
                            access,
                            constants,
                            fresh,
                            table,
                            access == Access.WHITE_BOX ? pictures : null);
                }
            }
        }
    }

    private ContrastiveExplainer.Builder explainer(ExplanationProblem problem, Access access) {
        return ContrastiveExplainer.builder()
                .setProblem(problem)
                .optSolver(access.solver(seed))
                .optSearches(access.searches())
                .optSeed(seed);
    }

    private void compare(
            ExplanationProblem problem,
            Access access,
            LearnedConstants constants,
            NDArray fresh,
            ExplanationTable table,
            @Nullable ExplanationPictures pictures) {
        Map<Way, Explanations> all = new EnumMap<>(Way.class);
        try {
            starts.forEach(
                    (way, start) -> {
                        ContrastiveExplainer.Builder explainer =
                                explainer(problem, access).optStart(start);
                        if (way.learnsConstant()) {
                            explainer.optConstants(constants);
                        }
                        all.put(way, explainer.build().explain(fresh));
                    });
            Explanations zero = Objects.requireNonNull(all.get(Way.ZERO));
            all.forEach(
                    (way, mine) -> {
                        ExplanationTrial trial = ExplanationTrial.of(mine, zero, access.steps());
                        table.add(contrast, access, way, trial);
                        if (pictures != null) {
                            pictures.add(contrast, way, mine);
                        }
                    });
        } finally {
            all.values().forEach(Explanations::close);
        }
    }
}
