package io.github.gradkit.adm.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The files of some kinds in a folder, by their names without an ending. */
final class FolderFiles {

    private final Path folder;
    private final Map<String, Path> files = new TreeMap<>();

    private FolderFiles(Path folder) {
        this.folder = folder;
    }

    /** Lists a folder that must hold at least one such file, and no two of one name. */
    static FolderFiles of(Path folder, List<String> endings) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("There is no folder " + folder + ". Check its name.");
        }
        FolderFiles listed = new FolderFiles(folder);
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.sorted().toList()) {
                listed.add(file, endings);
            }
        }
        if (listed.files.isEmpty()) {
            throw new IOException(
                    "The folder "
                            + folder
                            + " holds no file that ends in "
                            + String.join(" or ", endings)
                            + ", so there is nothing to read.");
        }
        return listed;
    }

    private void add(Path file, List<String> endings) throws IOException {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        // A leading dot hides a file; such copies of other systems are no images.
        if (dot < 1
                || name.startsWith(".")
                || !endings.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT))) {
            return;
        }
        Path other = files.put(name.substring(0, dot), file);
        if (other != null) {
            throw new IOException(
                    file
                            + " and "
                            + other
                            + " have one name, so it is not clear which of them belongs to the"
                            + " labels of this name. Remove or rename one.");
        }
    }

    Set<String> names() {
        return files.keySet();
    }

    /** Returns the file of a name, which must be there. */
    Path get(String name) throws IOException {
        Path file = files.get(name);
        if (file == null) {
            throw new IOException(
                    "The folder "
                            + folder
                            + " has no file named '"
                            + name
                            + "'. Images, scribbles and masks that belong together have the same"
                            + " name up to their ending.");
        }
        return file;
    }

    /** Checks that another folder has files of the same names. */
    void requireSame(FolderFiles other) throws IOException {
        requireAllIn(other);
        other.requireAllIn(this);
    }

    private void requireAllIn(FolderFiles other) throws IOException {
        Set<String> alone = new TreeSet<>(names());
        alone.removeAll(other.names());
        if (!alone.isEmpty()) {
            String first = alone.iterator().next();
            throw new IOException(
                    files.get(first)
                            + (alone.size() > 1
                                    ? " and " + (alone.size() - 1) + " more have"
                                    : " has")
                            + " no partner of the same name in "
                            + other.folder
                            + ". Add it, or use only images that have one (optNames).");
        }
    }
}
