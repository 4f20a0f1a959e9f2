package io.github.gradkit.examples.tracin;

import io.github.gradkit.examples.data.ImageSet;
import io.github.gradkit.examples.data.LabelFlips;
import io.github.gradkit.examples.model.Logits;
import io.github.gradkit.tracin.Checkpoint;
import io.github.gradkit.tracin.Influence;
import io.github.gradkit.tracin.SelfInfluence;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What one run found.
 *
 * @param train the training images with their right labels
 * @param test the test images
 * @param flips the labels that the model was trained with
 * @param trainLogits the outputs of the final model for the training images
 * @param testLogits the outputs of the final model for the test images
 * @param checkpoints what the analysis summed over
 * @param self the self-influence of each training image
 * @param rankings how well each method finds the flipped labels
 * @param cases test images with their strongest proponents and opponents
 * @param seconds how long the parts took, by name
 */
record Outcome(
        ImageSet train,
        ImageSet test,
        LabelFlips flips,
        Logits trainLogits,
        Logits testLogits,
        List<Checkpoint> checkpoints,
        SelfInfluence self,
        Map<Method, Ranking> rankings,
        List<Case> cases,
        Map<String, Double> seconds) {

    /**
     * A test image and what its prediction came from.
     *
     * @param testIndex the index of the test image
     * @param proponents the strongest proponents, strongest first
     * @param opponents the strongest opponents, strongest first
     */
    record Case(int testIndex, List<Influence> proponents, List<Influence> opponents) {}

    Ranking ranking(Method method) {
        Ranking ranking = rankings.get(method);
        if (ranking == null) {
            throw new IllegalStateException("There is no ranking by " + method);
        }
        return ranking;
    }

    double testAccuracy() {
        return testLogits.accuracy(test.labels());
    }

    /** Returns how many flipped examples the final model would give their right label back. */
    int rightSuggestions() {
        return (int)
                IntStream.range(0, train.size())
                        .filter(i -> flips.flipped()[i])
                        .filter(i -> trainLogits.predicted(i) == train.label(i))
                        .count();
    }

    double rightSuggestionShare() {
        return (double) rightSuggestions() / flips.count();
    }
}
