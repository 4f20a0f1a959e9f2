package io.github.gradkit.examples.adm;

import ai.djl.MalformedModelException;
import ai.djl.translate.TranslateException;
import ai.djl.util.Progress;
import io.github.gradkit.adm.data.ScribbledImage;
import io.github.gradkit.examples.adm.Method.Sweep;
import io.github.gradkit.examples.cli.CommandException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Trains with all methods, all weights of the regulariser and all seeds. */
final class Study {

    private final Settings settings;
    private final DataSource source;
    private final TrialRecord record;
    private final Progress progress;

    Study(Settings settings, DataSource source, TrialRecord record, Progress progress) {
        this.settings = settings;
        this.source = source;
        this.record = record;
        this.progress = progress;
    }

    Result run() throws IOException, CommandException, TranslateException, MalformedModelException {
        List<SegmentationData> data = new ArrayList<>();
        for (long seed : settings.seeds()) {
            data.add(source.data(seed));
        }
        // Which labels occur may depend on the split.
        int labels = data.stream().mapToInt(SegmentationData::labels).max().orElseThrow();
        data.replaceAll(one -> one.withLabels(labels));
        List<Method> methods = methods(data);
        List<ScribbledImage> shown = ShownImages.of(data.get(0));
        progress.reset("Training", (long) data.size() * trainings(methods));
        progress.start(0);
        List<Repetition> repetitions = new ArrayList<>();
        List<Trial> trials = new ArrayList<>();
        double masks = 0;
        for (int i = 0; i < data.size(); i++) {
            // Of one seed is enough to show.
            List<ScribbledImage> own = i == 0 ? shown : List.of();
            Repetition repetition =
                    new Repetition(settings, settings.seeds().get(i), data.get(i), own, record);
            repetitions.add(repetition);
            masks += repetition.maskEnergy() / data.size();
            progress.increment(1);
            for (Method method : methods) {
                train(repetition, method, lambdas(method), trials);
            }
            repetition.rest();
        }
        double best =
                new Result(settings, "", data, masks, trials, shown).best(Method.ADM).lambda();
        for (Repetition repetition : repetitions) {
            for (Method method : methods) {
                if (method.sweep() == Sweep.BEST_OF_ADM) {
                    train(repetition, method, List.of(best), trials);
                }
            }
            repetition.rest();
        }
        progress.end();
        return new Result(settings, source.title(), data, masks, trials, shown);
    }

    /** Full supervision needs full masks. */
    private static List<Method> methods(List<SegmentationData> data) {
        List<Method> methods = new ArrayList<>(List.of(Method.values()));
        if (!data.stream().allMatch(SegmentationData::hasMasks)) {
            methods.remove(Method.FULL);
        }
        return methods;
    }

    /** Returns the weights that are known before any training. */
    private List<Double> lambdas(Method method) {
        List<Double> all = settings.lambdas();
        return switch (method.sweep()) {
            case NONE -> List.of(0.0);
            case ALL -> all;
            case HIGHEST -> all.subList(all.size() - 1, all.size());
            case BEST_OF_ADM -> List.of();
        };
    }

    private int trainings(List<Method> methods) {
        int pretraining = 1;
        return pretraining
                + methods.stream()
                        .mapToInt(
                                method ->
                                        method.sweep() == Sweep.BEST_OF_ADM
                                                ? 1
                                                : lambdas(method).size())
                        .sum();
    }

    private void train(
            Repetition repetition, Method method, List<Double> lambdas, List<Trial> trials)
            throws IOException, TranslateException, MalformedModelException {
        for (double lambda : lambdas) {
            trials.add(repetition.train(method, lambda));
            progress.increment(1);
        }
    }
}
