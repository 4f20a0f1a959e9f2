package io.github.gradkit.advtrain.linear;

import java.util.Arrays;

/** Arithmetic on vectors. */
final class Vectors {

    private Vectors() {}

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    static double norm2(double[] v) {
        return norm(v, 2);
    }

    /** Returns the norm with an exponent from 1 to infinity, without overflow on the way. */
    static double norm(double[] v, double exponent) {
        double largest = 0;
        for (double value : v) {
            largest = Math.max(largest, Math.abs(value));
        }
        if (largest == 0 || !Double.isFinite(largest) || exponent == Double.POSITIVE_INFINITY) {
            return largest;
        }
        double sum = 0;
        for (double value : v) {
            sum += power(Math.abs(value) / largest, exponent);
        }
        return largest * root(sum, exponent);
    }

    private static double power(double base, double exponent) {
        if (exponent == 1) {
            return base;
        }
        return exponent == 2 ? base * base : Math.pow(base, exponent);
    }

    private static double root(double value, double exponent) {
        if (exponent == 1) {
            return value;
        }
        return exponent == 2 ? Math.sqrt(value) : Math.pow(value, 1 / exponent);
    }

    static double[] minus(double[] a, double[] b) {
        double[] difference = a.clone();
        for (int i = 0; i < a.length; i++) {
            difference[i] -= b[i];
        }
        return difference;
    }

    static double[] scaled(double[] v, double factor) {
        return Arrays.stream(v).map(value -> value * factor).toArray();
    }

    /** Returns 1 - cos of the angle between two vectors, exact to rounding also if it is tiny. */
    static double oneMinusCosine(double[] a, double[] b) {
        double normA = norm2(a);
        double normB = norm2(b);
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = a[i] / normA - b[i] / normB;
            sum += difference * difference;
        }
        return sum / 2;
    }

    static double min(double[] v) {
        double least = Double.POSITIVE_INFINITY;
        for (double value : v) {
            least = Math.min(least, value);
        }
        return least;
    }
}
