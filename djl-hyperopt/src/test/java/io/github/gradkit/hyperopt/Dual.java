package io.github.gradkit.hyperopt;

/**
 * A number with its partial derivatives, for forward-mode automatic differentiation. A constant has
 * none, however many others have.
 */
final class Dual {

    private final double value;
    private final double[] partials;

    private Dual(double value, double[] partials) {
        this.value = value;
        this.partials = partials;
    }

    static Dual constant(double value) {
        return new Dual(value, new double[0]);
    }

    /** The {@code index}-th of the variables that derivatives are taken by. */
    static Dual variable(double value, int index) {
        double[] partials = new double[index + 1];
        partials[index] = 1;
        return new Dual(value, partials);
    }

    double value() {
        return value;
    }

    double partial(int index) {
        return index < partials.length ? partials[index] : 0;
    }

    Dual plus(Dual other) {
        return combine(value + other.value, 1, other, 1);
    }

    Dual plus(double constant) {
        return plus(constant(constant));
    }

    Dual minus(Dual other) {
        return combine(value - other.value, 1, other, -1);
    }

    Dual times(Dual other) {
        return combine(value * other.value, other.value, other, value);
    }

    Dual times(double constant) {
        return times(constant(constant));
    }

    Dual over(Dual other) {
        double quotient = value / other.value;
        return combine(quotient, 1 / other.value, other, -quotient / other.value);
    }

    Dual negative() {
        return times(-1);
    }

    /** {@code 1 - this}. */
    Dual complement() {
        return constant(1).minus(this);
    }

    Dual squared() {
        return times(this);
    }

    Dual power(long exponent) {
        return map(Math.pow(value, exponent), exponent * Math.pow(value, exponent - 1.0));
    }

    Dual exp() {
        return map(Math.exp(value), Math.exp(value));
    }

    Dual log() {
        return map(Math.log(value), 1 / value);
    }

    /** At 0 the derivative is taken as 0: no gradient has come yet, and nothing moves. */
    Dual sqrt() {
        double root = Math.sqrt(value);
        return map(root, root == 0 ? 0 : 0.5 / root);
    }

    /** As a number of single precision; the derivatives stay. */
    Dual rounded() {
        return new Dual((float) value, partials);
    }

    private Dual map(double result, double derivative) {
        return combine(result, derivative, this, 0);
    }

    private Dual combine(double result, double byThis, Dual other, double byOther) {
        double[] sum = new double[Math.max(partials.length, other.partials.length)];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = byThis * partial(i) + byOther * other.partial(i);
        }
        return new Dual(result, sum);
    }
}
