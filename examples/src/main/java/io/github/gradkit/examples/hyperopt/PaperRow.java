package io.github.gradkit.examples.hyperopt;

import static io.github.gradkit.hyperopt.Hyperparameter.ALPHA;
import static io.github.gradkit.hyperopt.UpdateRule.adaGrad;
import static io.github.gradkit.hyperopt.UpdateRule.adam;
import static io.github.gradkit.hyperopt.UpdateRule.rmsProp;
import static io.github.gradkit.hyperopt.UpdateRule.sgd;

import io.github.gradkit.hyperopt.UpdateRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of the paper's Table 1.
 *
 * @param name the tower as the paper writes it; a superscript names what is tuned
 * @param base the optimizer of the weights
 * @param parent the level above, or {@code null} for none
 * @param paper the figures of the paper
 */
record PaperRow(String name, UpdateRule base, @Nullable UpdateRule parent, Figures paper) {

    /**
     * Figures of the paper.
     *
     * @param error the test error in percent, with its deviation
     * @param learned the learned constants; empty for a plain optimizer
     * @param rerun the test error with these constants; empty for a plain optimizer
     */
    record Figures(String error, String learned, String rerun) {

        static Figures plain(String error) {
            return new Figures(error, "", "");
        }
    }

    private static PaperRow plain(String name, UpdateRule base, String error) {
        return new PaperRow(name, base, null, Figures.plain(error));
    }

    private static PaperRow tower(
            String name,
            UpdateRule base,
            UpdateRule parent,
            String error,
            String learned,
            String rerun) {
        return new PaperRow(name, base, parent, new Figures(error, learned, rerun));
    }

    /** Lists all rows. Where the paper names no rate, it is that of its program. */
    static List<PaperRow> all() {
        UpdateRule sgd = sgd(.01);
        UpdateRule adam = adam(.001);
        UpdateRule ada = adaGrad(.01);
        UpdateRule rms = rmsProp(.01);
        String betas = "0.899, 0.999";
        return List.of(
                plain("SGD", sgd, "8.99 ± 0.05"),
                tower("SGD / SGD", sgd, sgd, "4.81 ± 0.10", "0.0769", "5.44 ± 0.10"),
                tower("SGD / Adam(0.1)", sgd, adam(.1), "4.86 ± 0.06", "0.4538", "2.80 ± 0.09"),
                tower("SGD / AdaGrad", sgd, ada, "4.85 ± 0.21", "0.0836", "5.17 ± 0.03"),
                tower(
                        "SGD / RMSProp(0.1)",
                        sgd,
                        rmsProp(.1),
                        "4.52 ± 0.02",
                        "0.5920",
                        "2.52 ± 0.07"),
                plain("Adam", adam, "4.67 ± 0.06"),
                tower(
                        "Adam / SGD(1e-5)",
                        adam,
                        sgd(1e-5),
                        "3.03 ± 0.02",
                        "0.0040, " + betas,
                        "3.11 ± 0.06"),
                tower(
                        "Adam^a / SGD(1e-5)",
                        adam.learn(ALPHA),
                        sgd(1e-5),
                        "3.12 ± 0.04",
                        "0.0021",
                        "3.47 ± 0.02"),
                tower(
                        "Adam / Adam",
                        adam,
                        adam,
                        "3.05 ± 0.09",
                        "0.0038, 0.870, 0.999",
                        "3.24 ± 0.13"),
                tower(
                        "Adam^a / Adam",
                        adam.learn(ALPHA),
                        adam,
                        "3.04 ± 0.08",
                        "0.0036",
                        "3.08 ± 0.12"),
                plain("AdaGrad", ada, "7.40 ± 0.08"),
                tower("AdaGrad / SGD", ada, sgd, "6.90 ± 0.16", "0.0080", "7.75 ± 0.02"),
                tower("AdaGrad / AdaGrad", ada, ada, "5.03 ± 0.23", "0.0151", "6.67 ± 0.08"),
                plain("RMSProp", rms, "4.19 ± 0.47"),
                tower(
                        "RMSProp^a / SGD(1e-4)",
                        rms.learn(ALPHA),
                        sgd(1e-4),
                        "3.55 ± 0.23",
                        "0.0030",
                        "3.93 ± 0.70"),
                tower(
                        "RMSProp^ag / SGD(1e-4)",
                        rms,
                        sgd(1e-4),
                        "3.33 ± 0.07",
                        "0.0032, 0.9899",
                        "3.25 ± 0.09"),
                tower(
                        "RMSProp^a / RMSProp(1e-4)",
                        rms.learn(ALPHA),
                        rmsProp(1e-4),
                        "3.42 ± 0.45",
                        "0.0021",
                        "3.60 ± 0.04"),
                tower(
                        "RMSProp^ag / RMSProp(1e-4)",
                        rms,
                        rmsProp(1e-4),
                        "2.96 ± 0.11",
                        "0.0020, 0.9962",
                        "3.65 ± 0.36"));
    }
}
