package io.github.gradkit.advtrain.evaluate;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Signs that attacks failed because gradients are masked, not because the model is robust: one line
 * for each {@link ChecklistItem}.
 *
 * <p>A checklist without a mark proves nothing; one with a mark says that the robust accuracy is
 * not to be believed as it stands.
 *
 * @param lines one for each item, in order
 */
public record ObfuscationChecklist(List<ChecklistLine> lines) {

    /**
     * Copies and checks the lines.
     *
     * @param lines one for each item, in order
     * @throws IllegalArgumentException if an item is missing
     */
    public ObfuscationChecklist {
        lines = List.copyOf(lines);
        List<ChecklistItem> items = lines.stream().map(ChecklistLine::item).toList();
        if (!items.equals(List.of(ChecklistItem.values()))) {
            throw new IllegalArgumentException(
                    "A checklist has one line for each item, in order, but the items were "
                            + items
                            + ".");
        }
    }

    /**
     * Tells whether the robust accuracy can't be trusted.
     *
     * @return true if a line has failed
     */
    public boolean flagged() {
        return count(Verdict.FAIL) > 0;
    }

    /**
     * Returns the line of an item.
     *
     * @param item the item
     * @return its line
     */
    public ChecklistLine line(ChecklistItem item) {
        return lines.get(item.number() - 1);
    }

    /**
     * Counts the lines with a verdict.
     *
     * @param verdict the verdict
     * @return between 0 and 11
     */
    public int count(Verdict verdict) {
        return Math.toIntExact(lines.stream().filter(l -> l.verdict() == verdict).count());
    }

    /**
     * Returns the numbers of the lines with a verdict.
     *
     * @param verdict the verdict
     * @return in ascending order
     */
    public List<Integer> numbers(Verdict verdict) {
        return lines.stream()
                .filter(l -> l.verdict() == verdict)
                .map(l -> l.item().number())
                .collect(Collectors.toUnmodifiableList());
    }
}
