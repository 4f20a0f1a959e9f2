package io.github.gradkit.advtrain.evaluate;

/**
 * A line of the {@link ObfuscationChecklist}.
 *
 * @param item what was looked at
 * @param verdict what it comes to
 * @param measured what was measured, or why nothing was
 */
public record ChecklistLine(ChecklistItem item, Verdict verdict, String measured) {}
