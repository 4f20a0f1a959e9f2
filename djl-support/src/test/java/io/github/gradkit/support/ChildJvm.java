package io.github.gradkit.support;

import java.io.File;
import java.util.ArrayList;
import java.util.List;

/** Starts test programs in a Java process of their own. */
public final class ChildJvm {

    private ChildJvm() {}

    public static List<String> command(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.addAll(List.of("-Xmx256m", "-XX:-UsePerfData", "-Dai.djl.offline=true"));
        command.addAll(List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
