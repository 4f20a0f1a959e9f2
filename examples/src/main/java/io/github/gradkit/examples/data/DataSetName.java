package io.github.gradkit.examples.data;

import ai.djl.basicdataset.BasicDatasets;
import ai.djl.repository.Repository;
import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The image data sets that commands can work on. */
public enum DataSetName {
    /** 1,797 handwritten digits of 8 by 8 pixels, embedded. */
    DIGITS("digits", "", "0 1 2 3 4 5 6 7 8 9"),
    /** 70,000 handwritten digits of 28 by 28 pixels. */
    MNIST("mnist", "mnist", "0 1 2 3 4 5 6 7 8 9"),
    /** 70,000 photographs of clothes of 28 by 28 pixels. */
    FASHION_MNIST(
            "fashion-mnist",
            "fashmnist",
            "T-shirt trouser pullover dress coat sandal shirt sneaker bag boot"),
    /** 60,000 colour photographs of 32 by 32 pixels. */
    CIFAR10("cifar10", "cifar10", "airplane automobile bird cat deer dog frog horse ship truck");

    private static final double TEST_SHARE = 0.28;

    private final String text;
    private final String artifactId;
    private final String classNames;

    DataSetName(String text, String artifactId, String classNames) {
        this.text = text;
        this.artifactId = artifactId;
        this.classNames = classNames;
    }

    /**
     * Tells whether the data set is part of the program.
     *
     * @return true if it needs neither a folder nor a download
     */
    public boolean isEmbedded() {
        return this == DIGITS;
    }

    /**
     * Loads the data set.
     *
     * @param folder a folder with its files, or {@code null} to download them with DJL
     * @param seed decides the split where the data set has none of its own
     * @return the images for training and for testing
     * @throws IOException if files are missing or damaged, or can't be downloaded
     */
    public ImageData load(@Nullable Path folder, long seed) throws IOException {
        if (isEmbedded()) {
            ImageSet all = Digits.load(classNames());
            StratifiedSplit split = StratifiedSplit.of(all.labels(), TEST_SHARE, seed);
            return new ImageData(all.select(split.train()), all.select(split.test()));
        }
        if (folder == null) {
            return download(BasicDatasets.REPOSITORY);
        }
        return this == CIFAR10
                ? CifarFolder.load(folder, classNames())
                : IdxFolder.load(folder, classNames());
    }

    private List<String> classNames() {
        return List.of(classNames.split(" "));
    }

    ImageData download(Repository repository) throws IOException {
        try {
            return this == CIFAR10
                    ? DownloadedImages.cifar(repository, artifactId, classNames())
                    : DownloadedImages.idx(repository, artifactId, classNames());
        } catch (IOException e) {
            String mode = Utils.isOfflineMode() ? ", DJL is in offline mode" : "";
            throw new IOException(
                    text
                            + " can't be downloaded from "
                            + repository.getBaseUri()
                            + " ("
                            + e
                            + mode
                            + "); give a folder with its files by --data-dir",
                    e);
        }
    }

    /** Returns the name as typed on the command line. */
    @Override
    public String toString() {
        return text;
    }
}
