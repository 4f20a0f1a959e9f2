package io.github.gradkit.advtrain.attack;

import java.util.function.Function;

/** Every attack there is, small, and every one that can look for the highest loss. */
enum AttackKind {
    FGSM(Fgsm::of),
    RANDOM_FGSM(ball -> Fgsm.randomStart(ball, 3)),
    PGD(ball -> Pgd.builder().setBall(ball).optSteps(7).optRestarts(2).optSeed(5).build()),
    PGD_HIGHEST(ball -> Pgd.builder().setBall(ball).optSteps(7).optEarlyStop(false).build()),
    APGD_CE(ball -> Apgd.builder().setBall(ball).optSteps(20).optRestarts(2).build()),
    APGD_DLR(
            ball ->
                    Apgd.builder()
                            .setBall(ball)
                            .optLoss(StandardLoss.DLR)
                            .optSteps(20)
                            .optEarlyStop(false)
                            .build()),
    APGD_T(ball -> Apgd.builder().setBall(ball).optSteps(15).optTargets(3).optSeed(1).build()),
    APGD_T_HIGHEST(
            ball ->
                    Apgd.builder()
                            .setBall(ball)
                            .optSteps(15)
                            .optTargets(2)
                            .optEarlyStop(false)
                            .build()),
    FAB(ball -> Fab.builder().setBall(ball).optSteps(15).optRestarts(2).build()),
    SQUARE(ball -> Square.builder().setBall(ball).optQueries(40).build()),
    AUTO(
            ball ->
                    AutoAttack.builder()
                            .setBall(ball)
                            .addAttack(Apgd.builder().setBall(ball).optSteps(5).build())
                            .addAttack(Fab.builder().setBall(ball).optSteps(5).build())
                            .addAttack(Square.builder().setBall(ball).optQueries(20).build())
                            .build()),
    RANDOM_MODEL(
            ball ->
                    AutoAttack.builder()
                            .setBall(ball)
                            .optRandomModel()
                            .addAttack(Apgd.builder().setBall(ball).optSteps(5).build())
                            .build());

    private final Function<EpsilonBall, Attack> factory;

    AttackKind(Function<EpsilonBall, Attack> factory) {
        this.factory = factory;
    }

    Attack of(EpsilonBall ball) {
        return factory.apply(ball);
    }
}
