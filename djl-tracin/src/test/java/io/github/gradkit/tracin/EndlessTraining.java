package io.github.gradkit.tracin;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.loss.Loss;
import java.nio.file.Path;

/** Trains until it is killed, saving a checkpoint at every step; prints a line at each epoch. */
final class EndlessTraining {

    private EndlessTraining() {}

    public static void main(String[] args) throws Exception {
        try (Model model = Model.newInstance("endless")) {
            model.setBlock(Linear.builder().setUnits(200).build());
            DefaultTrainingConfig config =
                    new DefaultTrainingConfig(Loss.l2Loss())
                            .addTrainingListeners(
                                    CheckpointListener.builder()
                                            .setDirectory(Path.of(args[0]))
                                            .setSchedule(CheckpointSchedule.everySteps(1))
                                            .setLearningRate(.1)
                                            .build());
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(1, 300));
                ArrayDataset dataset =
                        new ArrayDataset.Builder()
                                .setData(trainer.getManager().randomNormal(new Shape(6, 300)))
                                .optLabels(trainer.getManager().randomNormal(new Shape(6, 200)))
                                .setSampling(2, true)
                                .build();
                for (int epoch = 0; epoch < 10_000; epoch++) {
                    EasyTrain.fit(trainer, 1, dataset, null);
                    System.out.println(epoch);
                }
            }
        }
    }
}
