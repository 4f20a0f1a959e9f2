package io.github.gradkit.examples.cli;

import com.google.gson.JsonObject;
import io.github.gradkit.report.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Writes what a command has found. */
public final class Results {

    private Results() {}

    /**
     * Writes figures and page as below, the figures with what all commands tell.
     *
     * @param common names the files
     * @param command the name of the command
     * @param dataset the data set
     * @param seconds how long the run took
     * @param figures adds what this command has found
     * @param page makes the page
     * @throws IOException if a file can't be written
     */
    public static void write(
            CommonOptions common,
            String command,
            String dataset,
            double seconds,
            Consumer<JsonObject> figures,
            Supplier<Report> page)
            throws IOException {
        write(
                common,
                () -> {
                    JsonObject json =
                            JsonFigures.start(
                                    command, common.seed(), dataset, Map.of("total", seconds));
                    figures.accept(json);
                    return JsonFigures.text(json);
                },
                page);
    }

    /**
     * Writes the figures, if they are wanted, and then the page: one that can't be made must not
     * cost the figures of hours.
     *
     * @param common names the files
     * @param figures makes the figures, in JSON
     * @param page makes the page
     * @throws IOException if a file can't be written
     */
    public static void write(CommonOptions common, Supplier<String> figures, Supplier<Report> page)
            throws IOException {
        PrintWriter out = common.out();
        Path json = common.json();
        if (json != null) {
            OutputFile.write(json, figures.get());
            out.println("Figures: " + json.toAbsolutePath().normalize());
        }
        page.get().writeTo(common.report());
        out.println("Report: " + common.report().toAbsolutePath().normalize());
        out.flush();
    }
}
