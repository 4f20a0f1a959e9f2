package io.github.gradkit.adm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {

    private static final List<ScribbledImage> SCENES =
            SceneGenerator.builder()
                    .optSize(16, 20)
                    .optScribbles(ScribbleGenerator.builder().build())
                    .build()
                    .scenes(3, 1);

    @TempDir private Path root;
    private Path images;
    private Path scribbles;

    @BeforeEach
    void write() throws IOException {
        ImageFolder.write(root, SCENES);
        images = root.resolve("images");
        scribbles = root.resolve("scribbles");
    }

    @Test
    void readsWhatItWrote() throws IOException {
        ImageFolder folder =
                ImageFolder.builder()
                        .setImages(images)
                        .setScribbles(scribbles)
                        .optMasks(root.resolve("masks"))
                        .build();
        assertThat(folder.names()).containsExactly("scene 0", "scene 1", "scene 2");
        assertThat(folder.size()).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
            ScribbledImage read = folder.read(i);
            ScribbledImage wanted = SCENES.get(i);
            assertThat(read.name()).isEqualTo(wanted.name());
            assertThat(read.scribbles()).isEqualTo(wanted.scribbles());
            assertThat(read.mask()).hasValue(wanted.mask().orElseThrow());
            assertThat(read.pixels()).containsExactly(wanted.pixels(), within(0.5f / 255 + 1e-6f));
        }
    }

    @Test
    void batchesAreTheSameWhetherKeptOrReadAnew() throws Exception {
        try (NDManager manager = NDManager.newBaseManager()) {
            for (boolean keep : new boolean[] {true, false}) {
                ScribbleDataset data =
                        ScribbleDataset.builder()
                                .setFolders(images, scribbles)
                                .setSampling(3, false)
                                .optCache(keep)
                                .build();
                for (int epoch = 0; epoch < 2; epoch++) {
                    Batch batch = data.getData(manager).iterator().next();
                    ScribbledImage image = data.image(1);
                    assertThat(batch.getData().head().get(1).toFloatArray())
                            .isEqualTo(image.pixels());
                    assertThat(batch.getLabels().get(0).get(1).toUint8Array())
                            .isEqualTo(SCENES.get(1).scribbles());
                    assertThat(batch.getLabels().get(1).get(1).toFloatArray())
                            .isEqualTo(ContrastWeights.builder().build().of(image));
                    batch.close();
                }
                assertThat(data.image(1) == data.image(1)).isEqualTo(keep);
            }
        }
    }

    @Test
    void readsGreyAndColourAsAskedFor() throws IOException {
        BufferedImage grey = new BufferedImage(20, 16, BufferedImage.TYPE_BYTE_GRAY);
        grey.getRaster().setSample(3, 2, 0, 51);
        ImageIO.write(grey, "png", images.resolve("scene 0.png").toFile());
        BufferedImage deep = new BufferedImage(20, 16, BufferedImage.TYPE_USHORT_GRAY);
        deep.getRaster().setSample(3, 2, 0, 13107);
        ImageIO.write(deep, "png", images.resolve("scene 1.png").toFile());
        BufferedImage clear = new BufferedImage(20, 16, BufferedImage.TYPE_INT_ARGB);
        clear.setRGB(3, 2, 0x80ff3300);
        ImageIO.write(clear, "png", images.resolve("scene 2.png").toFile());
        ImageFolder.Builder builder =
                ImageFolder.builder().setImages(images).setScribbles(scribbles);
        ImageFolder colour = builder.build();
        ImageFolder brightness = builder.optFlag(Image.Flag.GRAYSCALE).build();
        int pixel = 2 * 20 + 3;
        for (int i = 0; i < 2; i++) {
            float[] values = colour.read(i).pixels();
            for (int c = 0; c < 3; c++) {
                assertThat(values[c * 320 + pixel]).isEqualTo(0.2f, within(1e-6f));
            }
            assertThat(brightness.read(i).channels()).isEqualTo(1);
            assertThat(brightness.read(i).pixels()[pixel]).isEqualTo(0.2f, within(1e-6f));
        }
        float[] values = colour.read(2).pixels();
        assertThat(values[pixel]).isEqualTo(1);
        assertThat(values[320 + pixel]).isEqualTo(0.2f, within(1e-6f));
        assertThat(values[640 + pixel]).isZero();
        assertThat(brightness.read(2).pixels()[pixel])
                .isEqualTo(0.299f + 0.2f * 0.587f, within(1e-6f));
    }

    @Test
    void readsJpegAndChosenNamesAndPassesOtherFilesOver() throws IOException {
        Files.delete(images.resolve("scene 1.png"));
        BufferedImage flat = new BufferedImage(20, 16, BufferedImage.TYPE_INT_RGB);
        ImageIO.write(flat, "jpg", images.resolve("scene 1.JPG").toFile());
        Files.writeString(images.resolve("notes.txt"), "x");
        Files.writeString(images.resolve("._scene 1.png"), "x");
        Files.createDirectory(images.resolve("more"));
        ImageFolder.Builder builder =
                ImageFolder.builder().setImages(images).setScribbles(scribbles);
        assertThat(builder.build().read(1).pixels()).containsOnly(0);
        ImageFolder chosen = builder.optNames(List.of("scene 2", "scene 1")).build();
        assertThat(chosen.names()).containsExactly("scene 2", "scene 1");
        assertThat(chosen.read(0).scribbles()).isEqualTo(SCENES.get(2).scribbles());
        refused(() -> builder.optNames(List.of("cat")).build(), "images", "'cat'");
    }

    @Test
    void refusesAJpegThatIsCutOffOrHasAHole() throws IOException {
        Files.delete(images.resolve("scene 1.png"));
        Path jpeg = images.resolve("scene 1.jpg");
        BufferedImage noise = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        java.util.Random random = new java.util.Random(1);
        for (int i = 0; i < 64 * 64; i++) {
            noise.setRGB(i % 64, i / 64, random.nextInt(1 << 24));
        }
        ImageIO.write(noise, "jpg", jpeg.toFile());
        byte[] bytes = Files.readAllBytes(jpeg);
        for (int length : new int[] {2, 100, bytes.length / 2, bytes.length - 20}) {
            Files.write(jpeg, Arrays.copyOf(bytes, length));
            refused(() -> open().read(1), "scene 1.jpg", "can't be read");
        }
        byte[] ended = Arrays.copyOf(bytes, bytes.length / 2);
        ended[ended.length - 2] = (byte) 0xff;
        ended[ended.length - 1] = (byte) 0xd9;
        byte[] holed = Arrays.copyOf(bytes, bytes.length - 300);
        System.arraycopy(bytes, 1800, holed, 1500, bytes.length - 1800);
        for (byte[] damaged : List.of(ended, holed)) {
            Files.write(jpeg, damaged);
            refused(() -> open().read(1), "scene 1.jpg", "can't be read", "orrupt");
        }
    }

    @Test
    void refusesAJpegThatViewersTurn() throws IOException {
        Files.delete(images.resolve("scene 1.png"));
        Path jpeg = images.resolve("scene 1.jpg");
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            for (int orientation = 2; orientation <= 8; orientation++) {
                writeJpeg(jpeg, exif(order, orientation));
                String number = "orientation " + orientation;
                refused(() -> open().read(1), "scene 1.jpg", number, "-auto-orient");
                refused(() -> data().build().prepare(), "scene 1.jpg", number);
            }
            for (int orientation : new int[] {0, 1, 9}) {
                writeJpeg(jpeg, exif(order, orientation));
                assertThat(open().read(1).pixels()).containsOnly(0);
            }
        }
    }

    @Test
    void readsAJpegWhoseExifSegmentIsDamaged() throws IOException {
        Files.delete(images.resolve("scene 1.png"));
        Path jpeg = images.resolve("scene 1.jpg");
        byte[] whole = exif(ByteOrder.LITTLE_ENDIAN, 6);
        for (int length = 0; length < whole.length - 6; length++) {
            writeJpeg(jpeg, Arrays.copyOf(whole, length));
            assertThat(open().read(1).pixels()).containsOnly(0);
        }
        ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).putInt(10, -5);
        writeJpeg(jpeg, whole);
        assertThat(open().read(1).pixels()).containsOnly(0);
    }

    /** Returns a segment with two tags, the second one the orientation. */
    private static byte[] exif(ByteOrder order, int orientation) {
        ByteBuffer segment = ByteBuffer.allocate(6 + 8 + 2 + 2 * 12 + 4).order(order);
        segment.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII));
        segment.put(
                (order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes(StandardCharsets.US_ASCII));
        segment.putShort((short) 42).putInt(8).putShort((short) 2);
        segment.putShort((short) 0x0100).putShort((short) 3).putInt(1).putInt(7);
        segment.putShort((short) 0x0112).putShort((short) 3).putInt(1);
        segment.putShort((short) orientation).putShort((short) 0).putInt(0);
        return segment.array();
    }

    /** Writes a black picture with another segment behind its first one. */
    private static void writeJpeg(Path file, byte[] segment) throws IOException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(20, 16, BufferedImage.TYPE_INT_RGB), "jpg", plain);
        ByteBuffer bytes = ByteBuffer.wrap(plain.toByteArray());
        int behindFirst = 4 + bytes.getShort(4);
        ByteBuffer whole = ByteBuffer.allocate(bytes.capacity() + segment.length + 4);
        whole.put(bytes.slice(0, behindFirst)).putShort((short) 0xffe1);
        whole.putShort((short) (segment.length + 2)).put(segment);
        whole.put(bytes.slice(behindFirst, bytes.capacity() - behindFirst));
        Files.write(file, whole.array());
    }

    @Test
    void refusesImagesWithoutPartners() throws IOException {
        Files.delete(scribbles.resolve("scene 0.png"));
        refused(this::open, "images", "scene 0.png has no partner", "scribbles", "optNames");
        Files.delete(scribbles.resolve("scene 1.png"));
        refused(this::open, "scene 0.png and 1 more have no partner");
        Files.delete(images.resolve("scene 0.png"));
        Files.delete(images.resolve("scene 1.png"));
        open();
        Files.delete(scribbles.resolve("scene 2.png"));
        refused(this::open, "scribbles holds no file that ends in png");
        Files.delete(images.resolve("scene 2.png"));
        refused(this::open, "images holds no file", "jpg");
        Files.delete(images);
        refused(this::open, "no folder", "images");
    }

    @Test
    void refusesAMaskThatIsMissingAndNamesThatAreThereTwice() throws IOException {
        Files.delete(root.resolve("masks").resolve("scene 1.png"));
        ImageFolder.Builder builder =
                ImageFolder.builder().setImages(images).setScribbles(scribbles);
        refused(() -> builder.optMasks(root.resolve("masks")).build(), "masks", "'scene 1'");
        Files.copy(images.resolve("scene 1.png"), images.resolve("scene 1.jpeg"));
        refused(this::open, "scene 1.jpeg", "scene 1.png", "one name");
        assertThatThrownBy(() -> ImageFolder.builder().setImages(images).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("setScribbles");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.optNames(List.of()));
    }

    @Test
    void refusesScribblesOfAnotherSize() throws Exception {
        LabelFile.write(scribbles.resolve("scene 1.png"), new int[20 * 16], 20, 16);
        refused(() -> open().read(1), "scribbles", "scene 1.png has 20 x 16", "has 16 x 20");
        ScribbleDataset kept = data().build();
        refused(kept::prepare, "scene 1.png has 20 x 16");
        try (NDManager manager = NDManager.newBaseManager()) {
            ScribbleDataset anew = data().optCache(false).build();
            assertThatThrownBy(() -> anew.getData(manager).iterator().next())
                    .isInstanceOf(IllegalStateException.class)
                    .hasRootCauseInstanceOf(IOException.class)
                    .hasStackTraceContaining("scene 1.png has 20 x 16");
        }
    }

    @Test
    void refusesLabelsOutOfRangeAndNamesTheFile() throws Exception {
        int[] labels = new int[16 * 20];
        Arrays.fill(labels, 255);
        labels[25] = 4;
        LabelFile.write(scribbles.resolve("scene 2.png"), labels, 16, 20);
        data().optLabels(5).build().prepare();
        ScribbleDataset four = data().optLabels(4).build();
        assertThatIllegalArgumentException()
                .isThrownBy(four::prepare)
                .withMessageContaining(scribbles.resolve("scene 2.png").toString())
                .withMessageContaining("label 4 at row 1, column 5");
        assertThat(four.image(0).name()).isEqualTo("scene 0");
    }

    @Test
    void refusesImagesOfDifferentSizesByTheirFiles() throws Exception {
        ImageFolder.write(
                root, List.of(SceneGenerator.builder().optSize(12, 14).build().scene(9, 0)));
        ScribbleDataset data = data().optCache(false).build();
        assertThatIllegalArgumentException()
                .isThrownBy(data::prepare)
                .withMessageContaining(images.resolve("scene 9.png") + "' (12 x 14)")
                .withMessageContaining(images.resolve("scene 0.png") + "' (16 x 20)");
    }

    @Test
    void refusesToWriteWhatHasNoFile() {
        ScribbledImage image = SCENES.get(0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageFolder.write(root, List.of(image, image)))
                .withMessageContaining("'scene 0' is there twice");
        ScribbledImage two = ScribbledImage.of("two", 2, 1, 1, new float[2], new int[1]);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageFolder.write(root, List.of(two)))
                .withMessageContaining("2 channels");
        for (String wrong : new String[] {"../up", "a\\b", ""}) {
            ScribbledImage away = ScribbledImage.of(wrong, 1, 1, 1, new float[1], new int[1]);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ImageFolder.write(root, List.of(away)))
                    .withMessageContaining("name of a file");
        }
    }

    private ImageFolder open() throws IOException {
        return ImageFolder.builder().setImages(images).setScribbles(scribbles).build();
    }

    private ScribbleDataset.Builder data() throws IOException {
        return ScribbleDataset.builder().setFolders(images, scribbles).setSampling(3, false);
    }

    private static void refused(ThrowingCallable call, String... parts) {
        assertThatThrownBy(call)
                .isInstanceOf(IOException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(parts));
    }
}
