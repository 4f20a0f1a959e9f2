package io.github.gradkit.examples.data;

import ai.djl.Application;
import ai.djl.basicdataset.BasicDatasets;
import ai.djl.repository.Artifact;
import ai.djl.repository.MRL;
import ai.djl.repository.Repository;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/**
 * Data sets in the repository of DJL's Basic Dataset, downloaded once and then cached.
 *
 * <p>The files are read by {@link IdxFile} and {@link CifarFile}, so that a damaged download is
 * noticed.
 */
final class DownloadedImages {

    private static final String VERSION = "1.0";

    private DownloadedImages() {}

    /** Loads a data set in the form of MNIST. */
    static ImageData idx(Repository repository, String artifactId, List<String> classNames)
            throws IOException {
        Artifact artifact = artifact(repository, artifactId);
        return new ImageData(
                idx(repository, artifact, "train", classNames),
                idx(repository, artifact, "test", classNames));
    }

    /** Loads CIFAR-10, whose training images are in one file there. */
    static ImageData cifar(Repository repository, String artifactId, List<String> classNames)
            throws IOException {
        Artifact artifact = artifact(repository, artifactId);
        return new ImageData(
                cifar(repository, item(artifact, "data_batch.bin"), classNames),
                cifar(repository, item(artifact, "test_batch.bin"), classNames));
    }

    private static Artifact artifact(Repository repository, String artifactId) throws IOException {
        MRL resource =
                repository.dataset(Application.CV.ANY, BasicDatasets.GROUP_ID, artifactId, VERSION);
        Artifact artifact = resource.getDefaultArtifact();
        if (artifact == null) {
            throw new IOException(
                    "The repository " + repository.getBaseUri() + " lacks " + artifactId);
        }
        resource.prepare(artifact);
        return artifact;
    }

    private static ImageSet cifar(
            Repository repository, Artifact.Item item, List<String> classNames) throws IOException {
        try (InputStream in = repository.openStream(item, null)) {
            return new CifarFile(classNames).read(String.valueOf(item.getUri()), in).images();
        }
    }

    private static ImageSet idx(
            Repository repository, Artifact artifact, String part, List<String> classNames)
            throws IOException {
        Artifact.Item images = item(artifact, part + "_data");
        Artifact.Item labels = item(artifact, part + "_labels");
        try (InputStream imageStream = repository.openStream(images, null);
                InputStream labelStream = repository.openStream(labels, null)) {
            return IdxFolder.imageSet(
                    IdxFile.images(String.valueOf(images.getUri()), imageStream),
                    IdxFile.labels(String.valueOf(labels.getUri()), labelStream),
                    classNames,
                    images.getUri() + " and " + labels.getUri());
        }
    }

    private static Artifact.Item item(Artifact artifact, String name) throws IOException {
        Map<String, Artifact.Item> files = artifact.getFiles();
        Artifact.Item item = files.get(name);
        if (item == null) {
            throw new IOException(
                    "The artifact "
                            + artifact.getName()
                            + " lacks '"
                            + name
                            + "', it has "
                            + files.keySet());
        }
        return item;
    }
}
