package io.github.gradkit.examples;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Runs a command with its report and figures in a folder of their own. */
public abstract class CommandTest {

    @TempDir protected Path folder;
    protected Path report;
    protected Path json;

    private final String command;

    protected CommandTest(String command) {
        this.command = command;
    }

    @BeforeEach
    protected void chooseFiles() {
        report = folder.resolve("report.html");
        json = folder.resolve("figures.json");
    }

    /**
     * Runs the command with options, and with those defaults of the form --name=value not given.
     */
    protected CommandRun runWith(List<String> defaults, String... options) {
        List<String> args = new ArrayList<>();
        args.addAll(List.of(command, "--report", report.toString(), "--json", json.toString()));
        for (String one : defaults) {
            String name = one.substring(0, one.indexOf('='));
            if (List.of(options).stream().noneMatch(option -> option.startsWith(name))) {
                args.add(one);
            }
        }
        args.addAll(List.of(options));
        return CommandRun.of(args.toArray(String[]::new));
    }

    protected JsonObject figures() throws IOException {
        return JsonParser.parseString(Files.readString(json)).getAsJsonObject();
    }
}
