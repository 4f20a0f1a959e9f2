package io.github.gradkit.adm.cut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** What {@link MinCutSolverTest} does not ask of all solvers. */
class OrToolsSolverTest {

    /** Knows this package anew, and nothing of OR-tools. */
    private static final class Without extends ClassLoader {

        private static final String LIBRARY = "com.google.ortools.";
        private static final String OWN = OrToolsSolver.class.getPackageName() + ".";

        Without() {
            super(OrToolsSolver.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith(LIBRARY)) {
                throw new ClassNotFoundException(name);
            }
            Class<?> known = findLoadedClass(name);
            if (known == null && name.startsWith(OWN)) {
                byte[] code = code(name);
                return defineClass(name, code, 0, code.length);
            }
            return known == null ? super.loadClass(name, resolve) : known;
        }

        private byte[] code(String name) throws ClassNotFoundException {
            String file = name.replace('.', '/') + ".class";
            try (InputStream in = getParent().getResourceAsStream(file)) {
                return in.readAllBytes();
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    private static Object make(Class<?> type) throws ReflectiveOperationException {
        return type.getDeclaredConstructor().newInstance();
    }

    @Test
    void withoutTheLibraryTheErrorNamesTheArtifactToAdd() throws Exception {
        Class<?> type = new Without().loadClass(OrToolsSolver.class.getName());

        assertThat(type).isNotSameAs(OrToolsSolver.class);
        assertThatThrownBy(() -> make(type))
                .isInstanceOf(InvocationTargetException.class)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("com.google.ortools:ortools-java:")
                .hasMessageContaining("AutomaticSolver");
    }

    @Test
    void withoutTheLibraryAllElseWorks() throws Exception {
        Class<?> type = new Without().loadClass(Work.class.getName());

        assertThat(type).isNotSameAs(Work.class);
        assertThat(((LongSupplier) make(type)).getAsLong()).isEqualTo(new Work().getAsLong());
    }

    /** Cuts a graph and labels an image, in the classes of whoever loads it. */
    public static final class Work implements LongSupplier {

        @Override
        public long getAsLong() {
            GridGraph graph = RandomGraphs.mixed(9, 7, Neighbourhood.EIGHT, new Random(4));
            boolean[] side = new boolean[graph.pixels()];
            long cost = new AutomaticSolver().solve(graph, side);
            PottsEnergy energy = RandomEnergies.softmax(12, 9, 4, 0.5, new Random(3));
            int[] labelling = new int[energy.pixels()];
            AlphaExpansion.builder().build().minimize(energy, labelling);
            return List.of(cost, Arrays.hashCode(side), Arrays.hashCode(labelling)).hashCode();
        }
    }

    @Test
    void oneSolverTakesGraphsOfAnySizeInAnyOrder() {
        MinCutSolver solver = new OrToolsSolver();
        for (int size : new int[] {40, 3, 17, 1, 40}) {
            for (Neighbourhood neighbourhood : Neighbourhood.values()) {
                GridGraph graph =
                        RandomGraphs.mixed(size, size + 2, neighbourhood, new Random(size));
                boolean[] expected = new boolean[graph.pixels()];
                boolean[] seen = new boolean[graph.pixels()];
                long least = new BoykovKolmogorov().solve(graph, expected);

                assertThat(solver.solve(graph, seen)).isEqualTo(least);
                assertThat(seen).isEqualTo(expected);
            }
        }
    }

    @Test
    void aSolverThatWasRefusedAnArrayGoesOn() {
        MinCutSolver solver = new OrToolsSolver();
        GridGraph graph = new GridGraph(2, 1, Neighbourhood.FOUR);
        graph.addCosts(1, 0, 3);
        assertThatThrownBy(() -> solver.solve(graph, new boolean[1]))
                .isInstanceOf(IllegalArgumentException.class);
        boolean[] side = new boolean[2];
        assertThat(solver.solve(graph, side)).isZero();
        assertThat(side).containsExactly(false, true);
    }

    @Test
    void labelsAreThoseOfTheOtherSolvers() {
        PottsEnergy energy = RandomEnergies.softmax(12, 9, 4, 0.5, new Random(3));
        int[] expected = new int[energy.pixels()];
        int[] seen = new int[energy.pixels()];

        Minimum own = AlphaExpansion.builder().build().minimize(energy, expected);
        Minimum library =
                AlphaExpansion.builder()
                        .optSolver(OrToolsSolver::new)
                        .build()
                        .minimize(energy, seen);

        assertThat(library).isEqualTo(own);
        assertThat(seen).isEqualTo(expected);
    }
}
