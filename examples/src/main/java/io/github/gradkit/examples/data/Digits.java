package io.github.gradkit.examples.data;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * 1,797 handwritten digits of 8 by 8 pixels, embedded.
 *
 * <p>Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, E. Alpaydin and C.
 * Kaynak, CC BY 4.0.
 */
final class Digits {

    private static final String RESOURCE = "digits.csv.gz";
    private static final int SIDE = 8;
    private static final int MAX_VALUE = 16;

    private Digits() {}

    static ImageSet load(List<String> classNames) throws IOException {
        List<byte[]> pixels = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        try (InputStream in = Digits.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new FileNotFoundException(
                        "The embedded data set " + RESOURCE + " is missing from the class path");
            }
            BufferedReader lines =
                    new BufferedReader(
                            new InputStreamReader(
                                    new GZIPInputStream(in), StandardCharsets.US_ASCII));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] cells = line.split(",", -1);
                pixels.add(image(cells));
                labels.add(Integer.valueOf(cells[SIDE * SIDE]));
            }
        }
        return new ImageSet(
                new ImageSet.Format(SIDE, SIDE, MAX_VALUE, classNames),
                pixels.toArray(byte[][]::new),
                labels.stream().mapToInt(Integer::intValue).toArray());
    }

    private static byte[] image(String[] cells) {
        byte[] image = new byte[SIDE * SIDE];
        for (int i = 0; i < image.length; i++) {
            image[i] = Byte.parseByte(cells[i]);
        }
        return image;
    }
}
