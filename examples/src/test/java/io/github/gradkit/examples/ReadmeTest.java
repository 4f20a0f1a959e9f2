package io.github.gradkit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README must stay true: its code compiles and its commands are the ones that CI runs. */
class ReadmeTest {

    private static final Path ROOT = root();
    private static final Pattern FENCE =
            Pattern.compile("```(java|diff)\n(.*?)```", Pattern.DOTALL);

    /** What a snippet may use without saying so. */
    private static final String TEMPLATE =
            """
            import ai.djl.*;
            import ai.djl.ndarray.*;
            import ai.djl.ndarray.types.*;
            import ai.djl.training.*;
            import ai.djl.training.dataset.*;
            import ai.djl.training.loss.*;
            import ai.djl.training.optimizer.*;
            import ai.djl.training.tracker.*;
            import ai.djl.nn.Block;
            import io.github.gradkit.adacomp.train.*;
            import io.github.gradkit.adm.data.*;
            import io.github.gradkit.adm.loss.*;
            import io.github.gradkit.adm.score.*;
            import io.github.gradkit.adm.train.*;
            import io.github.gradkit.advtrain.attack.*;
            import io.github.gradkit.advtrain.evaluate.*;
            import io.github.gradkit.advtrain.train.*;
            import io.github.gradkit.hyperopt.*;
            import io.github.gradkit.learninit.attack.*;
            import io.github.gradkit.learninit.descent.*;
            import io.github.gradkit.learninit.log.*;
            import io.github.gradkit.learninit.power.*;
            import io.github.gradkit.learninit.predict.*;
            import io.github.gradkit.learninit.start.*;
            import io.github.gradkit.support.trace.*;
            import io.github.gradkit.tracin.*;
            import java.nio.file.*;
            import java.time.Duration;
            import java.util.function.Supplier;
            import java.util.List;
            class Snippet {
                void run(
                        Model model,
                        Supplier<Block> network,
                        RandomAccessDataset trainSet,
                        RandomAccessDataset testSet)
                        throws Exception {
            %s
                }
            }
            """;

    @TempDir Path output;

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("README.md")) ? here : here.getParent();
    }

    private static String readme() throws IOException {
        return Files.readString(ROOT.resolve("README.md"));
    }

    @Test
    void everySnippetCompiles() throws IOException {
        List<String> snippets = new ArrayList<>();
        Matcher matcher = FENCE.matcher(readme());
        while (matcher.find()) {
            snippets.add(
                    matcher.group(1).equals("diff") ? applied(matcher.group(2)) : matcher.group(2));
        }
        assertThat(snippets).hasSizeGreaterThanOrEqualTo(4);
        for (String snippet : snippets) {
            assertThat(compile(TEMPLATE.formatted(snippet))).as(snippet).isEmpty();
        }
    }

    /** The code after the change that a diff describes. */
    private static String applied(String diff) {
        return diff.lines()
                .filter(line -> !line.startsWith("-"))
                .map(line -> line.isEmpty() ? line : line.substring(1))
                .collect(Collectors.joining("\n"));
    }

    private String compile(String source) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        JavaFileObject file =
                new SimpleJavaFileObject(
                        URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        StringWriter errors = new StringWriter();
        List<String> options =
                List.of(
                        "-proc:none",
                        "-d",
                        output.toString(),
                        "-cp",
                        System.getProperty("java.class.path"));
        boolean compiled =
                compiler.getTask(errors, null, null, options, null, List.of(file)).call();
        return compiled ? "" : errors + "(failed)";
    }

    @Test
    void testCommandIsTheOneThatCiRuns() throws IOException {
        assertThat(readme()).contains("\nmvn -B -ntp verify ");
        try (Stream<String> lines = Files.lines(ROOT.resolve(".ci/run"))) {
            assertThat(lines.filter(line -> line.startsWith("mvn")))
                    .containsExactly("mvn -B -ntp verify");
        }
    }

    @Test
    void mainCommandExists() throws IOException {
        assertThat(readme()).contains("\nexamples/run tracin ");
        assertThat(ROOT.resolve("examples/run")).isExecutable();
    }
}
