package io.github.gradkit.examples.hyperopt;

import com.google.gson.JsonObject;
import io.github.gradkit.hyperopt.LearnedValue;
import io.github.gradkit.report.Report;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What became of the paper's Table 1.
 *
 * @param network what was trained
 * @param style what all towers have in common
 * @param runs how many trainings each figure is a mean of
 * @param lines one for each row of the table
 */
record PaperResult(Network network, TowerStyle style, int runs, List<Line> lines)
        implements Result {

    private static final int PAPER_EPOCHS = 30;

    /**
     * A row.
     *
     * @param row the row of the paper
     * @param ends how the trainings ended
     * @param learned the values learned in each; empty for a plain optimizer
     * @param reruns how the trainings with these values ended; empty for a plain optimizer
     */
    record Line(
            PaperRow row,
            List<Trained> ends,
            List<List<LearnedValue>> learned,
            List<Trained> reruns) {

        String error() {
            return summary(ends);
        }

        String rerun() {
            return reruns.isEmpty() ? "" : summary(reruns);
        }

        /** Returns the mean of each learned value of the base. */
        List<Double> learnedValues() {
            if (learned.isEmpty()) {
                return List.of();
            }
            List<Double> means = new ArrayList<>();
            for (int i = 0; i < learned.get(0).size(); i++) {
                int index = i;
                means.add(mean(learned, values -> values.get(index).value()));
            }
            return means;
        }

        String learnedText() {
            return learnedValues().stream().map(Numbers::learned).collect(Collectors.joining(", "));
        }

        double meanError() {
            return mean(ends, Trained::testError);
        }

        double meanRerunError() {
            return mean(reruns, Trained::testError);
        }

        private static String summary(List<Trained> some) {
            if (some.stream().anyMatch(Trained::diverged)) {
                return "div";
            }
            double mean = mean(some, Trained::testError);
            String text = Numbers.percent2(mean);
            if (some.size() == 1) {
                return text;
            }
            double variance = mean(some, end -> Math.pow(end.testError() - mean, 2));
            double unbiased = variance * some.size() / (some.size() - 1);
            return text + " ± " + Numbers.percent2(Math.sqrt(unbiased));
        }

        private static <T> double mean(List<T> some, ToDoubleFunction<T> value) {
            return some.stream().mapToDouble(value).average().orElse(Double.NaN);
        }
    }

    String setting() {
        return String.format(
                Locale.ROOT,
                "%s; %s of batches of %d; %s; %d %s",
                network.describe(),
                Numbers.epochs(network.epochs()),
                network.batchSize(),
                style.describe(),
                runs,
                runs == 1 ? "run" : "runs with different seeds");
    }

    /** Says where the figures can't be compared with those of the paper. */
    String caveat() {
        String runsOfPaper = "The paper's figures are means of 3 runs ± their deviation.";
        return network.epochs() == PAPER_EPOCHS
                ? runsOfPaper
                : runsOfPaper
                        + " They are after "
                        + PAPER_EPOCHS
                        + " epochs, ours after "
                        + network.epochs()
                        + ": not comparable.";
    }

    /** Says what the towers gained, as computed from the rows. */
    String reading() {
        List<Line> towers = lines.stream().filter(line -> !line.reruns().isEmpty()).toList();
        long better = towers.stream().filter(this::beatsItsPlain).count();
        long betterThanRerun =
                towers.stream().filter(line -> line.meanError() < line.meanRerunError()).count();
        return String.format(
                Locale.ROOT,
                "%d of %d towers end with a lower test error than their base alone, %d with a lower"
                        + " one than a training with the constants they had learned. A rerun keeps"
                        + " only the last values, which may be far from those on the way.%s",
                better,
                towers.size(),
                betterThanRerun,
                runs == 1 ? " One run each: small differences are chance." : "");
    }

    private boolean beatsItsPlain(Line tower) {
        String base = tower.row().name().replaceFirst("[ ^].*", "");
        return lines.stream()
                .filter(line -> line.row().name().equals(base))
                .anyMatch(plain -> tower.meanError() < plain.meanError());
    }

    @Override
    public void print(PrintWriter out) {
        new PaperText(this, out).print();
    }

    @Override
    public Report report() {
        return PaperPage.build(this);
    }

    @Override
    public void addTo(JsonObject json) {
        PaperJson.addTo(json, this);
    }
}
