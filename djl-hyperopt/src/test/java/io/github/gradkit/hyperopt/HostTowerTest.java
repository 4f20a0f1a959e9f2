package io.github.gradkit.hyperopt;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HostTowerTest {

    private static final int STEPS = 12;
    private static final int SIZE = 5;

    static Stream<TowerCase> cases() {
        return TowerCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void closedFormsAgreeWithAutomaticDifferentiation(TowerCase one) {
        for (int seed = 0; seed < 5; seed++) {
            Quadratic loss = Quadratic.random(SIZE, seed);
            TowerTrace twin =
                    loss.run(
                            STEPS,
                            new DualTower(one.semantics(), one.rules(), new int[SIZE], false));
            TowerTrace host = loss.run(STEPS, new HostTower(one.semantics(), one.rules(), SIZE));

            host.assertClose(twin, 1e-9);
        }
    }
}
