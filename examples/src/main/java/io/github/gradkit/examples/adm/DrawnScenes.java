package io.github.gradkit.examples.adm;

import io.github.gradkit.adm.data.SceneGenerator;
import io.github.gradkit.adm.data.ScribbleGenerator;
import io.github.gradkit.adm.data.ScribbledImage;
import java.util.List;

/** Scenes that are drawn anew for each repetition, with scribbles in their masks. */
final class DrawnScenes implements DataSource {

    private static final int LABELS = 4;

    private final SplitSizes sizes;
    private final int side;
    private final double ratio;

    /**
     * Makes a source.
     *
     * @param side the height and width of a scene
     * @param ratio the length of scribbles
     */
    DrawnScenes(SplitSizes sizes, int side, double ratio) {
        this.sizes = sizes;
        this.side = side;
        this.ratio = ratio;
    }

    @Override
    public SegmentationData data(long seed) {
        ScribbleGenerator scribbles =
                ScribbleGenerator.builder().optRatio(ratio).optSeed(seed).build();
        List<ScribbledImage> all =
                SceneGenerator.builder()
                        .optSize(side, side)
                        .optLabels(LABELS)
                        .optScribbles(scribbles)
                        .build()
                        .scenes(sizes.sum(), seed);
        return sizes.split(all, LABELS);
    }

    @Override
    public String title() {
        return "drawn scenes";
    }
}
