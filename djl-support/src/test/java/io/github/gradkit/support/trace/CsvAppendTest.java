package io.github.gradkit.support.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvAppendTest {

    private static final String HEADER = "step,series,value\n";

    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("deep").resolve("trace.csv");
    }

    private void append(long step) {
        try (CsvTrace trace = CsvTrace.append(file)) {
            trace.record("a", step, 0.5);
        }
    }

    @Test
    void missingFileIsStartedAndGoneOnWith() {
        append(1);
        append(2);

        assertThat(file).hasContent(HEADER + "1,a,0.5\n2,a,0.5\n");
    }

    @Test
    void emptyFileIsStarted() throws IOException {
        Files.createDirectories(file.getParent());
        Files.createFile(file);

        append(1);

        assertThat(file).hasContent(HEADER + "1,a,0.5\n");
    }

    @Test
    void fileCutOffAtAnyByteKeepsItsWholeLinesAndStaysWellFormed() throws IOException {
        try (CsvTrace trace = CsvTrace.create(file)) {
            trace.record("level1/alpha", 1, 0.25);
            trace.record("a,\"ü\"", 2, Double.NaN);
            trace.record("b", 3, 0.75);
        }
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length <= whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            Files.write(file, cut);

            append(4);

            String text = new String(cut, StandardCharsets.UTF_8);
            String lines = text.substring(0, text.lastIndexOf('\n') + 1);
            String expected = (lines.isEmpty() ? HEADER : lines) + "4,a,0.5\n";
            assertThat(Files.readString(file)).as("cut to %d bytes", length).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4095, 4096, 4097, 10_000})
    void longTailWithoutALineEndIsRemoved(int length) throws IOException {
        append(1);
        // What a power cut can leave: the length of the file is there, the bytes are not.
        byte[] zeros = new byte[length];
        Files.write(file, concat(Files.readAllBytes(file), zeros));

        append(2);
        assertThat(Files.readString(file)).isEqualTo(HEADER + "1,a,0.5\n2,a,0.5\n");

        Files.write(file, concat(HEADER.getBytes(StandardCharsets.UTF_8), zeros));
        append(3);
        assertThat(Files.readString(file)).isEqualTo(HEADER + "3,a,0.5\n");
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "epoch,loss\n1,2\n",
                "step,series,value,unit\n",
                "step,series,value\r\n1,a,2.0\r\n",
                "\uFEFFstep,series,value\n",
                "Step,series,value\n",
                "x"
            })
    void fileWithAnotherHeaderIsRefusedAndLeftAsItWas(String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> CsvTrace.append(file))
                .withMessageContaining(file.toString())
                .withMessageContaining("begins with '" + content.substring(0, 1))
                .withMessageContaining("'step,series,value'")
                .withMessageContaining("Give another path");
        assertThat(Files.readString(file)).isEqualTo(content);
    }

    @Test
    void linesOfAnEarlierTraceKeepTheirBytes() throws IOException {
        String lines = HEADER + "1,a,1.5\n\"2\",b,x\n\n";
        Files.createDirectories(file.getParent());
        Files.writeString(file, lines);

        append(5);

        assertThat(Files.readString(file)).isEqualTo(lines + "5,a,0.5\n");
    }
}
