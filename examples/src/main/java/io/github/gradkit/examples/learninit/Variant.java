package io.github.gradkit.examples.learninit;

/**
 * A form of a problem.
 *
 * @param name what its figures are found by
 * @param title its title
 * @param description what is solved, in a sentence or two
 */
record Variant(String name, String title, String description) {}
