package io.github.gradkit.hyperopt;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Goes on with a training of another process. */
final class ResumeProgram {

    private ResumeProgram() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        // Parameters are numbered as they are made: these are others than in the first process.
        Training.network();
        ResumeTest.Outcome outcome =
                ResumeTest.secondHalf(
                        Training.network(),
                        ResumeTest.builder(RuleKind.valueOf(arguments[1]), 2).build(),
                        Files.readAllBytes(folder.resolve("weights")),
                        true,
                        folder.resolve("tower"));
        Files.write(folder.resolve("result"), text(outcome));
    }

    /**
     * Everything, in the last half only as far as hypergradients go; floats are written exactly.
     */
    static List<String> text(ResumeTest.Outcome outcome) {
        List<String> lines = new ArrayList<>();
        outcome.weights().forEach(weight -> lines.add(Arrays.toString(weight)));
        outcome.learned().forEach(one -> lines.add(one.toString()));
        List<double[]> tuning = outcome.tuning();
        tuning.subList(tuning.size() - 30, tuning.size())
                .forEach(one -> lines.add(Arrays.toString(one)));
        return lines;
    }
}
