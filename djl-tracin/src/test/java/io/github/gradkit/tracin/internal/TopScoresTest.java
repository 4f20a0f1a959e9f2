package io.github.gradkit.tracin.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.gradkit.tracin.Influence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopScoresTest {

    private static List<Integer> top(float[] scores, int k, boolean largest) {
        TopScores top = new TopScores(k, largest);
        for (int i = 0; i < scores.length; i++) {
            top.offer(i, scores[i]);
        }
        return top.best().stream().map(Influence::index).toList();
    }

    @Test
    void tiesGoToTheLowerIndex() {
        float[] scores = {1, 3, 3, 2, 3, 1, 1};
        assertThat(top(scores, 2, true)).containsExactly(1, 2);
        assertThat(top(scores, 2, false)).containsExactly(0, 5);
    }

    @Test
    void moreThanThereAreGivesAll() {
        assertThat(top(new float[] {2, 1}, 9, true)).containsExactly(0, 1);
        assertThat(top(new float[] {2, 1}, 9, false)).containsExactly(1, 0);
    }

    @Test
    void equalsTheSortedListForRandomScores() {
        Random random = new Random(2);
        for (int round = 0; round < 200; round++) {
            float[] scores = new float[1 + random.nextInt(40)];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = random.nextInt(12) - 6;
            }
            int k = 1 + random.nextInt(45);
            for (boolean largest : new boolean[] {true, false}) {
                List<Integer> expected =
                        new ArrayList<>(IntStream.range(0, scores.length).boxed().toList());
                expected.sort(Comparator.comparingDouble(i -> largest ? -scores[i] : scores[i]));
                assertThat(top(scores, k, largest))
                        .isEqualTo(expected.subList(0, Math.min(k, scores.length)));
            }
        }
    }
}
