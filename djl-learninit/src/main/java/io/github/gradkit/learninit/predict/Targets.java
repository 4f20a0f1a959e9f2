package io.github.gradkit.learninit.predict;

/** Which solutions of a log {@link ArgInit} learns. */
public enum Targets {
    /** The best solution of each instance: best-of-m targets if it was solved from m starts. */
    BEST,
    /** All solutions. With one head, different minima of one instance are averaged. */
    ALL
}
