package io.github.gradkit.hyperopt;

/**
 * Which of two forms of each optimizer a tower computes. They differ in small but visible ways.
 *
 * <table>
 *   <caption>The two forms</caption>
 *   <tr><th></th><th>{@link #DJL}</th><th>{@link #REFERENCE}</th></tr>
 *   <tr><td>momentum buffer</td><td>{@code b = mu b + alpha g; w -= b}</td>
 *       <td>{@code b = mu b + g; w -= alpha b}</td></tr>
 *   <tr><td>momentum, tuned</td><td>kept between 0.0001 and 0.999</td><td>free, beyond 1 too</td></tr>
 *   <tr><td>Adam, first value of v</td><td>0</td><td>epsilon</td></tr>
 *   <tr><td>Adam, epsilon</td><td>beside the square root of v</td>
 *       <td>beside the square root of v after bias correction</td></tr>
 *   <tr><td>AdaGrad</td><td>sum starts at 0; {@code sqrt(s) + 1e-8}</td>
 *       <td>sum starts at 0.1; {@code sqrt(s + 1e-10)}</td></tr>
 *   <tr><td>RMSProp</td><td>{@code sqrt(s) + 1e-8}; gamma 0.9</td>
 *       <td>{@code sqrt(s + 1e-8)}; gamma 0.99; alpha tuned as the square of a number</td></tr>
 * </table>
 */
public enum Semantics {
    /**
     * The forms that Deep Java Library documents for its own optimizers. A tower of height 0 then
     * computes the same bits as {@code Optimizer.sgd()}, {@code adam()} and {@code adamW()}.
     */
    DJL,
    /** The forms of the paper's published program. */
    REFERENCE
}
