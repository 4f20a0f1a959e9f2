package io.github.gradkit.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** A page with every kind of section, for the tests and for looking at. */
final class SampleReport {

    private static final String[] SHAPES = {
        "00111100 01100110 11000011 11000011 11000011 11000011 01100110 00111100",
        "00011000 00111000 01111000 00011000 00011000 00011000 00011000 01111110",
        "00111100 01100110 00000110 00001100 00011000 00110000 01100000 01111110",
        "01111110 00001100 00011000 00111100 00000110 00000110 01100110 00111100",
        "00001100 00011100 00111100 01101100 11001100 11111110 00001100 00001100",
    };

    private SampleReport() {}

    /** Writes the page to the file named by the first argument. */
    public static void main(String[] args) throws IOException {
        create().writeTo(Path.of(args[0]));
    }

    static Report create() {
        return Report.builder()
                .setTitle("Finding mislabelled digits")
                .optSubtitle("Self-influence on 8 × 8 digits, 10 % of the labels flipped")
                .optLead(
                        "Examples which push the loss of their own label hard are often"
                            + " mislabelled. Checking the training set in this order finds nearly"
                            + " all flipped labels after a fifth of the work.")
                .addFigures(
                        Figure.of("Flips found", "96 %", "after checking 20 % of the data"),
                        Figure.of("Area under the curve", "0.981", "0.5 is chance"),
                        Figure.of("Test accuracy", "97.2 %", "94.1 % before the repair"),
                        Figure.of("Time", "3.4 s"))
                .addHeading("Recovery of flipped labels")
                .addText(
                        "The training set is checked from the most to the least suspicious example."
                            + " The curve tells how many flipped labels have been found by then.")
                .add(recovery())
                .add(methods())
                .add(loss())
                .addHeading("Classes")
                .add(bars())
                .add(signedBars())
                .addHeading("The most suspicious examples")
                .add(grid())
                .addHeading("Why a prediction was made")
                .add(groups())
                .optFooter("Made by Gradkit. Seed 42, 8 checkpoints, learning rate 0.05.")
                .build();
    }

    static LineChart recovery() {
        double[] x = IntStream.rangeClosed(0, 50).mapToDouble(i -> i * 2).toArray();
        return LineChart.builder()
                .setTitle("Flipped labels found while checking")
                .optCaption("Higher and further to the left is better.")
                .setXAxis("Share of the data checked (%)")
                .setYAxis("Share of the flips found (%)")
                .addSeries("Self-influence, 8 checkpoints", x, rise(x, 7))
                .addSeries("Self-influence, last checkpoint", x, rise(x, 11))
                .addSeries("Loss", x, rise(x, 16))
                .addSeries("Gradient norm", x, rise(x, 26))
                .addReference("Random order", new double[] {0, 100}, new double[] {0, 100})
                .build();
    }

    private static double[] rise(double[] x, double pace) {
        double[] y = new double[x.length];
        double full = 1 - Math.exp(-100 / pace);
        for (int i = 0; i < x.length; i++) {
            y[i] = 100 * (1 - Math.exp(-x[i] / pace)) / full;
        }
        return y;
    }

    static LineChart loss() {
        Random random = new Random(3);
        double[] x = IntStream.rangeClosed(1, 400).mapToDouble(i -> i).toArray();
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = 2.3 * Math.pow(x[i], -0.7) * (1 + 0.2 * random.nextDouble());
        }
        for (int i = 120; i < 150; i++) {
            y[i] = Double.NaN;
        }
        return LineChart.builder()
                .setTitle("Training loss")
                .optCaption("Both axes are logarithmic. The gap marks batches which were skipped.")
                .setXAxis(new Axis("Step", true))
                .setYAxis(new Axis("Loss", true))
                .addSeries("Loss", x, y)
                .build();
    }

    static Table methods() {
        return Table.builder()
                .optTitle("Methods compared")
                .optCaption("Each run uses the same model and the same flips.")
                .addColumn("Method")
                .addColumn("Checkpoints", Align.RIGHT)
                .addColumn("Area under the curve", Align.RIGHT)
                .addColumn("Found at 10 %", Align.RIGHT)
                .addColumn("Seconds", Align.RIGHT)
                .addColumn("Exact", Align.CENTER)
                .addRow(Row.of("Self-influence", "8", "0.981", "88.4 %", "3.4", "yes").highlight())
                .addRow("Self-influence", "1", "0.958", "79.0 %", "0.5", "yes")
                .addRow(Row.of("Loss", "1", "0.931", "71.3 %", "0.1", "yes").highlightCell(4))
                .addRow("Gradient norm", "1", "0.870", "55.2 %", "0.4", "no")
                .addRow("Random order", "–", "0.500", "10.0 %", "0.0", "–")
                .build();
    }

    static BarChart bars() {
        return BarChart.builder()
                .setTitle("Flips found by class")
                .setValueTitle("Share found after checking 20 % of the data (%)")
                .setCategories("Zero", "One", "Two", "Three", "Four")
                .optDecimals(1)
                .addSeries("Self-influence", 99.0, 97.5, 95.1, 91.4, 98.2)
                .addSeries("Loss", 93.2, 95.0, 84.8, 80.1, 91.7)
                .build();
    }

    static BarChart signedBars() {
        return BarChart.builder()
                .setTitle("Change of the test accuracy after the repair")
                .optCaption("There is no value for a class without flips.")
                .setValueTitle("Percentage points")
                .setCategories("Zero", "One", "Two", "Three", "Four")
                .addSeries("Change", 1.25, -0.5, 3.1, 4.75, Double.NaN)
                .build();
    }

    static ImageGrid grid() {
        ImageGrid.Builder builder =
                ImageGrid.builder()
                        .setTitle("Sixteen largest self-influences")
                        .optCaption("The badge shows the true and the given label of a flip.");
        for (int i = 0; i < 16; i++) {
            Tile tile = Tile.of(digit(i % 5, i), "No. " + (i * 37 + 11));
            boolean flipped = i % 4 != 3;
            String badge = flipped ? i % 5 + " → " + (i + 2) % 5 : "label " + i % 5;
            Emphasis tone = flipped ? Emphasis.NEGATIVE : Emphasis.NEUTRAL;
            builder.addTile(tile.withBadge(badge, tone));
        }
        return builder.build();
    }

    static ImageGroups groups() {
        ImageGroups.Builder builder =
                ImageGroups.builder()
                        .setTitle("Test images with their strongest proponents and opponents")
                        .optCaption(
                                "Proponents lowered the loss of the test image, opponents raised"
                                        + " it.");
        for (int i = 0; i < 3; i++) {
            Tile head = Tile.of(digit(i + 1, 40 + i), "Test image " + i + ": a " + (i + 1));
            Emphasis tone = i == 1 ? Emphasis.NOTICE : Emphasis.NEUTRAL;
            builder.addGroup(
                    ImageGroup.builder()
                            .setHead(head.withBadge("predicted " + (i == 1 ? 3 : i + 1), tone))
                            .addStrip("Strongest proponents", related(i + 1, Emphasis.POSITIVE))
                            .addStrip("Strongest opponents", related(i + 2, Emphasis.NEGATIVE))
                            .build());
        }
        return builder.build();
    }

    private static List<Tile> related(int digit, Emphasis tone) {
        String sign = tone == Emphasis.POSITIVE ? "+" : "−";
        return IntStream.range(0, 3)
                .mapToObj(
                        i ->
                                Tile.of(digit(digit % 5, 90 + i), "label " + digit % 5)
                                        .withBadge(sign + (31 - 7 * i) / 10.0, tone))
                .toList();
    }

    static Picture digit(int shape, long seed) {
        Random random = new Random(seed);
        int[] pixels =
                SHAPES[shape]
                        .replace(" ", "")
                        .chars()
                        .map(c -> c == '1' ? 175 + random.nextInt(80) : random.nextInt(45))
                        .toArray();
        return Picture.ofGrey(pixels, 8, 8);
    }
}
