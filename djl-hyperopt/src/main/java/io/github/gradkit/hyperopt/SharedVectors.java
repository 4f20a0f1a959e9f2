package io.github.gradkit.hyperopt;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The vectors in which small parameters lie side by side, one for each kind of them. */
final class SharedVectors implements AutoCloseable {

    private final List<SmallParameters> all = new ArrayList<>();

    /** Finds the vectors of exactly these parameters. */
    @Nullable SmallParameters of(List<ParameterSlot> part) {
        for (SmallParameters small : all) {
            if (small.are(part)) {
                return small;
            }
        }
        return null;
    }

    /**
     * Follows an update: vectors are swapped with the gradients, and parameters that were measured
     * together but do not lie together are moved.
     *
     * @param parts the small parameters that were measured together
     * @param slots where new vectors are kept
     */
    void updated(List<List<ParameterSlot>> parts, Slots slots) {
        for (List<ParameterSlot> part : parts) {
            SmallParameters small = of(part);
            if (small != null) {
                small.updated();
                continue;
            }
            // Also for a single one: vectors that only some of their parameters follow are wrong.
            forget(part);
            if (part.size() > 1) {
                all.add(new SmallParameters(part, slots.manager()));
            }
        }
    }

    private void forget(List<ParameterSlot> part) {
        List<SmallParameters> stale = all.stream().filter(one -> one.hasAnyOf(part)).toList();
        stale.forEach(SmallParameters::close);
        all.removeAll(stale);
    }

    @Override
    public void close() {
        all.forEach(SmallParameters::close);
        all.clear();
    }
}
