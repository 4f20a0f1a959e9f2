package io.github.gradkit.examples.hyperopt;

import io.github.gradkit.examples.cli.CommandException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * A text, as numbers of its characters.
 *
 * @param name the name of its file
 * @param alphabet the characters that occur, sorted; the index of one is its number
 * @param numbers the characters of the text
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record CharText(String name, String alphabet, int[] numbers) {

    /** How many characters are used at most unless told otherwise. */
    private static final int DEFAULT_LIMIT = 200_000;

    /** A part of the text for training and one for testing must have some sequences. */
    private static final int MIN_CHARACTERS = 20 * CharRnn.LENGTH;

    /** Reads the beginning of the first text file of a folder, by name. */
    static CharText load(Path folder, OptionalInt limit) throws IOException, CommandException {
        Path file = find(folder);
        String text;
        try {
            text = Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new CommandException(
                    file + " is not a text in UTF-8; convert it, or give another one");
        }
        text = text.substring(0, Math.min(text.length(), limit.orElse(DEFAULT_LIMIT)));
        if (text.length() < MIN_CHARACTERS) {
            throw new CommandException(
                    String.format(
                            "%s has %d characters to train and test with, but %d are needed; give a"
                                    + " longer text or a larger --limit",
                            file, text.length(), MIN_CHARACTERS));
        }
        return of(String.valueOf(file.getFileName()), text);
    }

    static CharText of(String name, String text) {
        int[] used = text.chars().distinct().sorted().toArray();
        int[] numbers = text.chars().map(c -> Arrays.binarySearch(used, c)).toArray();
        return new CharText(name, new String(used, 0, used.length), numbers);
    }

    private static Path find(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            throw new NoSuchFileException(
                    folder.toString(),
                    null,
                    "there is no such folder; give --data-dir a folder with a text (*.txt)");
        }
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder + " is not a folder");
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> texts =
                    files.filter(file -> file.toString().endsWith(".txt"))
                            .filter(Files::isRegularFile)
                            .sorted()
                            .toList();
            if (texts.isEmpty()) {
                throw new NoSuchFileException(
                        folder.toString(), null, "there is no text (*.txt) in this folder");
            }
            return texts.get(0);
        }
    }

    /** Returns a part of the text. */
    CharText part(int from, int to) {
        return new CharText(name, alphabet, Arrays.copyOfRange(numbers, from, to));
    }

    /** Returns the first nine tenths. */
    CharText train() {
        return part(0, split());
    }

    /** Returns the last tenth. */
    CharText test() {
        return part(split(), numbers.length);
    }

    private int split() {
        return (int) (numbers.length * 0.9);
    }

    /** Returns how many whole sequences there are, each followed by one more character. */
    int sequences(int length) {
        return (numbers.length - 1) / length;
    }

    /** Returns the sequences, one after the other, beginning at a character. */
    int[] sequences(int length, int first) {
        return Arrays.copyOfRange(numbers, first, first + sequences(length) * length);
    }
}
