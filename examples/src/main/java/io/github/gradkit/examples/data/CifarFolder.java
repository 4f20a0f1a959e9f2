package io.github.gradkit.examples.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A folder with the six files of the binary version of CIFAR-10. */
final class CifarFolder {

    private static final int TRAINING_FILES = 5;

    private CifarFolder() {}

    static ImageData load(Path folder, List<String> classNames) throws IOException {
        DataFolder.check(folder, "the binary files of CIFAR-10");
        CifarFile train = new CifarFile(classNames);
        for (int i = 1; i <= TRAINING_FILES; i++) {
            train.read(DataFolder.find(folder, "data_batch_" + i + ".bin"));
        }
        CifarFile test = new CifarFile(classNames);
        test.read(DataFolder.find(folder, "test_batch.bin"));
        return new ImageData(train.images(), test.images());
    }
}
