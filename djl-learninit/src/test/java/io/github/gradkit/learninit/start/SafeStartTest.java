package io.github.gradkit.learninit.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.ArrayCounts;
import io.github.gradkit.learninit.ToyProblem;
import io.github.gradkit.learninit.descent.Cost;
import io.github.gradkit.learninit.descent.Descent;
import io.github.gradkit.learninit.descent.Solver;
import io.github.gradkit.learninit.log.Collector;
import io.github.gradkit.learninit.log.SolutionLog;
import io.github.gradkit.learninit.problem.FeasibleSet;
import io.github.gradkit.learninit.problem.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SafeStartTest {

    private final NDManager manager = NDManager.newBaseManager();
    private final ToyProblem toy = new ToyProblem();
    private final List<Double> x = ToyProblem.instances(60, 1);
    private final NDList known = toy.known(manager, x);
    private final Solver solver = Descent.builder().setStep(0.05).optSteps(20).build();

    /** A rule that knows half of the instances well and is badly wrong on the others. */
    private final StartRule halfGood = new HalfGood();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void isNeverAboveTheDefaultStartAndTakesTheBetterOne() {
        StartRule safe = SafeStart.builder().setRule(halfGood).build();
        for (long seed = 0; seed < 20; seed++) {
            NDArray chosen = safe.propose(toy, known, seed).argument();
            NDArray plain = Starts.uniform().propose(toy, known, seed).argument();
            NDArray learned = halfGood.propose(toy, known, seed).argument();
            float[] values = toy.value(known, chosen).toFloatArray();
            float[] plainValues = toy.value(known, plain).toFloatArray();
            float[] learnedValues = toy.value(known, learned).toFloatArray();
            List<Double> reached = solver.solve(toy, known, chosen).values();
            for (int i = 0; i < values.length; i++) {
                assertThat(values[i]).isEqualTo(Math.min(plainValues[i], learnedValues[i]));
                assertThat(reached.get(i)).isLessThanOrEqualTo((double) plainValues[i]);
            }
        }
    }

    @Test
    void costsOneValueAtEitherStart() {
        StartRule.Proposal proposal =
                SafeStart.builder().setRule(halfGood).build().propose(toy, known, 1);
        assertThat(proposal.cost().values()).isEqualTo(2 * 60);
        assertThat(proposal.cost().gradients()).isZero();
        assertThat(proposal.cost().predictions()).isEqualTo(60);
    }

    @Test
    void aRunFromItTakesTwoValuesMoreThanOneFromTheDefaultStart() {
        StartRule safe = SafeStart.builder().setRule(halfGood).build();
        Cost plain = run(Starts.uniform());
        Cost extra = run(safe);
        assertThat(extra.values() - plain.values()).isEqualTo(2 * 60);
        assertThat(extra.gradients()).isEqualTo(plain.gradients());
    }

    @Test
    void aProposalThatTellsItsValuesCostsOneValueAtTheDefaultStart() {
        AtomicInteger computed = new AtomicInteger();
        StartRule telling = new Telling(halfGood);
        StartRule safe = SafeStart.builder().setRule(telling).build();
        StartRule.Proposal proposal = safe.propose(new Counting(toy, computed), known, 1);
        assertThat(proposal.cost().values()).isEqualTo(60);
        assertThat(computed.get()).isEqualTo(60);
        StartRule untold = SafeStart.builder().setRule(halfGood).build();
        StartRule.Proposal expected = untold.propose(toy, known, 1);
        assertThat(proposal.argument().toFloatArray())
                .containsExactly(expected.argument().toFloatArray());
        assertThat(proposal.values()).isEqualTo(expected.values());
        float[] values = toy.value(known, proposal.argument()).toFloatArray();
        for (int i = 0; i < values.length; i++) {
            assertThat(proposal.values().get(i)).isEqualTo((double) values[i]);
        }
    }

    private Cost run(StartRule rule) {
        StartRule.Proposal proposal = rule.propose(toy, known, 1);
        return proposal.cost().plus(solver.solve(toy, known, proposal.argument()).cost());
    }

    @Test
    void brokenProposalsFallBackToo() {
        StartRule safe = SafeStart.builder().setRule(new Broken()).build();
        float[] chosen = safe.propose(toy, known, 7).argument().toFloatArray();
        float[] plain = Starts.uniform().propose(toy, known, 7).argument().toFloatArray();
        assertThat(chosen[0]).isEqualTo(plain[0]);
        assertThat(chosen[1]).isEqualTo(plain[1]);
        assertThat(chosen[2]).isEqualTo(plain[2]);
        assertThat(Arrays.copyOfRange(chosen, 3, 60)).contains(-1f);
    }

    @Test
    void outsideTheSupportItIsTheDefaultStart() throws IOException {
        SafeStart safe = safeOnHalf();
        List<Double> far = List.of(3.0, 0.5, -2.0, 0.25);
        NDList mixed = toy.known(manager, far);
        float[] chosen = safe.propose(toy, mixed, 7).argument().toFloatArray();
        float[] plain = Starts.zero().propose(toy, mixed, 7).argument().toFloatArray();
        assertThat(chosen[0]).isEqualTo(plain[0]);
        assertThat(chosen[2]).isEqualTo(plain[2]);
        assertThat(chosen[1]).isNotEqualTo(plain[1]);
        assertThat(chosen[3]).isNotEqualTo(plain[3]);

        NDList outside = toy.known(manager, List.of(3.0, -2.0));
        StartRule.Proposal proposal = safe.propose(toy, outside, 7);
        assertThat(proposal.argument().toFloatArray()).containsOnly(0);
        assertThat(proposal.cost().values()).isZero();
        assertThat(proposal.cost().predictions()).isZero();
    }

    @Test
    void almostAllInstancesLikeTheLoggedOnesAreInside() throws IOException {
        SafeStart safe = safeOnHalf();
        List<Double> like = ToyProblem.instances(500, 33).stream().map(Math::abs).toList();
        NDList many = toy.known(manager, like);
        float[] chosen = safe.propose(toy, many, 7).argument().toFloatArray();
        int fallen = 0;
        for (float t : chosen) {
            fallen += t == 0 ? 1 : 0;
        }
        assertThat(fallen).isLessThan(20);
    }

    private SafeStart safeOnHalf() throws IOException {
        SolutionLog log = SolutionLog.create(toy);
        List<Double> positive = ToyProblem.instances(700, 3).stream().map(Math::abs).toList();
        Collector.of(toy).setSolver(solver).setLog(log).build().collect(positive);
        return SafeStart.builder()
                .setRule(halfGood)
                .optDefault(Starts.zero())
                .optSupport(log)
                .build();
    }

    @Test
    void nothingIsLeftBehind() throws IOException {
        SafeStart safe = safeOnHalf();
        int count = ArrayCounts.of(manager);
        for (int i = 0; i < 3; i++) {
            safe.propose(toy, known, i).argument().close();
        }
        assertThat(ArrayCounts.of(manager)).isEqualTo(count);
    }

    @Test
    void refusesWhatCantWork() {
        assertThatThrownBy(() -> SafeStart.builder().build()).hasMessageContaining("setRule");
        assertThatThrownBy(() -> SafeStart.builder().optReach(-1)).hasMessageContaining("-1.0");
        SafeStart.Builder empty =
                SafeStart.builder().setRule(halfGood).optSupport(SolutionLog.create(toy));
        assertThatThrownBy(empty::build).hasMessageContaining("empty");
    }

    /** Tells the values at what another rule proposes. */
    private static final class Telling implements StartRule {

        private final StartRule rule;

        private Telling(StartRule rule) {
            this.rule = rule;
        }

        @Override
        public String name() {
            return "telling";
        }

        @Override
        public Proposal propose(Problem<?> problem, NDList known, long seed) {
            Proposal silent = rule.propose(problem, known, seed);
            float[] values = new ToyProblem().value(known, silent.argument()).toFloatArray();
            List<Double> told = new ArrayList<>();
            for (float value : values) {
                told.add((double) value);
            }
            return new Proposal(silent.argument(), silent.cost(), told);
        }
    }

    /** Counts the instances whose values are computed. */
    private record Counting(ToyProblem toy, AtomicInteger computed) implements Problem<Double> {

        @Override
        public Shape argument() {
            return toy.argument();
        }

        @Override
        public NDList known(NDManager owner, List<Double> instances) {
            return toy.known(owner, instances);
        }

        @Override
        public NDArray value(NDList known, NDArray argument) {
            computed.addAndGet(Math.toIntExact(argument.getShape().get(0)));
            return toy.value(known, argument);
        }

        @Override
        public FeasibleSet feasible(NDList known) {
            return toy.feasible(known);
        }
    }

    /** Proposes what is not finite on three instances. */
    private static final class Broken implements StartRule {

        @Override
        public String name() {
            return "broken";
        }

        @Override
        public Proposal propose(Problem<?> problem, NDList known, long seed) {
            float[] t = new float[known.head().toFloatArray().length];
            Arrays.fill(t, -1);
            t[0] = Float.NaN;
            t[1] = Float.NEGATIVE_INFINITY;
            t[2] = Float.POSITIVE_INFINITY;
            NDArray argument = known.head().getManager().create(t, known.head().getShape());
            return new Proposal(argument, Cost.ZERO);
        }
    }

    private static final class HalfGood implements StartRule {

        @Override
        public String name() {
            return "half good";
        }

        @Override
        public Proposal propose(Problem<?> problem, NDList known, long seed) {
            float[] x = known.head().toFloatArray();
            float[] t = new float[x.length];
            for (int i = 0; i < t.length; i++) {
                t[i] = x[i] > 0 ? -1 : 2;
            }
            NDArray argument = known.head().getManager().create(t, known.head().getShape());
            return new Proposal(argument, new Cost(0, 0, t.length, 0));
        }
    }
}
