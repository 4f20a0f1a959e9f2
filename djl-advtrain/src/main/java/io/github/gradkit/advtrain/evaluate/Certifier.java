package io.github.gradkit.advtrain.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import io.github.gradkit.advtrain.attack.AttackInput;
import io.github.gradkit.advtrain.attack.EpsilonBall;
import io.github.gradkit.advtrain.linear.LinearCertificate;
import io.github.gradkit.advtrain.linear.LqNorm;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Finds the exact worst case of every example, if the model is linear. */
final class Certifier {

    private static final int CHECKED = 16;

    private final LinearModel model;
    private final EpsilonBall ball;
    private final double[] units;
    private final int[] free;
    private final @Nullable LinearCertificate shared;

    private Certifier(LinearModel model, EpsilonBall ball, double[] units) {
        this.model = model;
        this.ball = ball;
        this.units = units;
        free = IntStream.range(0, units.length).filter(j -> units[j] > 0).toArray();
        shared = free.length == units.length ? certificate(model.biases()) : null;
    }

    /** Makes a certifier, if the model of the session is linear. */
    static Optional<Certifier> of(Session session) {
        Block block = session.subject().block();
        if (block == null) {
            return Optional.empty();
        }
        int features = session.scan().features();
        return LinearModel.find(block)
                .filter(LinearModel::isFinite)
                .filter(model -> model.weights()[0].length == features)
                .filter(model -> explains(model, session))
                .map(model -> certifier(model, session.settings().ball(), features));
    }

    private static Certifier certifier(LinearModel model, EpsilonBall ball, int features) {
        return new Certifier(model, ball, Units.all(ball, features));
    }

    /** Tries the model at a few inputs, and far from them, where other layers would show. */
    private static boolean explains(LinearModel model, Session session) {
        int count = Math.min(CHECKED, session.scan().size());
        try (NDManager manager = session.subject().manager().newSubManager()) {
            NDArray near = session.read(manager, IntStream.range(0, count).toArray()).inputs();
            NDArray far = near.mul(-2);
            return explains(model, session, near) && explains(model, session, far);
        }
    }

    private static boolean explains(LinearModel model, Session session, NDArray inputs) {
        Scores scores = Scores.of(session.subject().scorer(), inputs);
        double[][] rows = rows(inputs);
        return IntStream.range(0, rows.length)
                .allMatch(i -> model.explains(rows[i], scores.row(i)));
    }

    private static double[][] rows(NDArray inputs) {
        int batch = Math.toIntExact(inputs.getShape().get(0));
        try (NDArray wide = inputs.toType(DataType.FLOAT64, true)) {
            double[] values = wide.toDoubleArray();
            int features = values.length / batch;
            return IntStream.range(0, batch)
                    .mapToObj(i -> Arrays.copyOfRange(values, i * features, (i + 1) * features))
                    .toArray(double[][]::new);
        }
    }

    private LinearCertificate certificate(double... biases) {
        double[][] weights = new double[model.weights().length][];
        Arrays.setAll(weights, c -> scaled(model.weights()[c], false));
        LinearCertificate.Builder builder =
                LinearCertificate.builder()
                        .setWeights(weights)
                        .optBiases(biases)
                        .setNorm(
                                switch (ball.norm()) {
                                    case L1 -> LqNorm.L1;
                                    case L2 -> LqNorm.L2;
                                    case LINF -> LqNorm.LINF;
                                });
        if (isBounded()) {
            builder.optBox(scaled(spread(ball.lower()), true), scaled(spread(ball.upper()), true));
        }
        return builder.build();
    }

    private boolean isBounded() {
        return DoubleStream.concat(DoubleStream.of(ball.lower()), DoubleStream.of(ball.upper()))
                .anyMatch(Double::isFinite);
    }

    private double[] spread(double... values) {
        double[] all = new double[units.length];
        Arrays.setAll(all, j -> values[Math.min(j, values.length - 1)]);
        return all;
    }

    /** Brings values of features, or weights of them, to the units of the ball. */
    private double[] scaled(double[] values, boolean ofFeatures) {
        double[] scaled = new double[free.length];
        Arrays.setAll(
                scaled,
                k -> {
                    double unit = units[free[k]];
                    return ofFeatures ? values[free[k]] / unit : values[free[k]] * unit;
                });
        return scaled;
    }

    /** Returns the smallest margin of each example of the data set within a radius. */
    double[] worstMargins(Session session, double epsilon) {
        int size = session.scan().size();
        int batchSize = session.settings().batchSize();
        double[] margins = new double[size];
        for (int from = 0; from < size; from += batchSize) {
            int[] batch = IntStream.range(from, Math.min(size, from + batchSize)).toArray();
            try (NDManager manager = session.subject().manager().newSubManager()) {
                AttackInput input = session.read(manager, batch);
                double[][] rows = rows(input.inputs());
                int[] labels = input.labels();
                for (int i = 0; i < rows.length; i++) {
                    margins[from + i] = worstMargin(rows[i], labels[i], epsilon);
                }
            }
        }
        return margins;
    }

    private double worstMargin(double[] x, int label, double epsilon) {
        double[] lower = ball.lower();
        double[] upper = ball.upper();
        double[] inside = x.clone();
        for (int j = 0; j < x.length; j++) {
            // Attacks tolerate inputs that rounding has put beside the bounds.
            inside[j] = Math.max(inside[j], lower[Math.min(j, lower.length - 1)]);
            inside[j] = Math.min(inside[j], upper[Math.min(j, upper.length - 1)]);
        }
        LinearCertificate certificate = shared == null ? certificate(fixedPart(x)) : shared;
        return certificate.worstMargin(scaled(inside, true), label, epsilon);
    }

    /** Features that may not change are as good as biases. */
    private double[] fixedPart(double... x) {
        double[] biases = model.biases().clone();
        for (int c = 0; c < biases.length; c++) {
            for (int j = 0; j < x.length; j++) {
                biases[c] += units[j] > 0 ? 0 : model.weights()[c][j] * x[j];
            }
        }
        return biases;
    }
}
