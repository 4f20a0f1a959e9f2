package io.github.gradkit.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PackageNamesTest {

    @Test
    void noPackageIsSharedWithAnotherJar() throws IOException, URISyntaxException {
        Path root =
                Path.of(ChildJvm.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                        .resolveSibling("classes");
        try (Stream<Path> files = Files.walk(root)) {
            List<String> classes =
                    files.map(file -> root.relativize(file).toString().replace('\\', '/'))
                            .filter(name -> name.endsWith(".class"))
                            .toList();
            assertThat(classes)
                    .isNotEmpty()
                    .allMatch(name -> name.startsWith("io/github/gradkit/support/"));
        }
    }
}
