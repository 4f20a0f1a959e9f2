package io.github.gradkit.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The largest resident size of this process so far, as the operating system counts it. */
final class PeakMemory {

    private PeakMemory() {}

    static String describe() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmHWM:")) {
                    long kibibytes = Long.parseLong(line.replaceAll("\\D", ""));
                    return kibibytes / 1024 + " MiB";
                }
            }
        } catch (IOException e) {
            return "unknown on this system";
        }
        return "unknown on this system";
    }
}
