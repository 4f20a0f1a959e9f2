package io.github.gradkit.adacomp.train;

import ai.djl.ndarray.NDManager;
import io.github.gradkit.adacomp.compress.Compressor;
import io.github.gradkit.adacomp.compress.LayerSpec;
import io.github.gradkit.adacomp.compress.LayerUpdate;
import io.github.gradkit.adacomp.compress.TernaryUpdate;
import io.github.gradkit.adacomp.exchange.GradientExchange;
import io.github.gradkit.adacomp.wire.LayerSize;
import io.github.gradkit.adacomp.wire.MessageFormat;
import io.github.gradkit.adacomp.wire.MessagePlan;
import io.github.gradkit.adacomp.wire.UpdateMessage;
import io.github.gradkit.support.state.StateFileException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The exchanges of one learner, one after the other. */
final class LearnerSteps {

    private static final int[] NO_CHECKSUMS = {};

    private final GradientExchange exchange;
    private final ModelLayers layers;
    private final PackingPlace place;
    private final int checksumEvery;
    private final String fingerprint;
    private final MessageFormat format;
    private final GradientPacker packer;
    private final RunningStatistics statistics;
    private final ResidueFiles files;
    private final float floor;
    private final float[] sums;
    private final List<LayerTraffic> traffic = new ArrayList<>();
    private long step;
    private long bytesSent;
    private long paperBitsSent;
    private boolean first = true;
    private boolean failed;

    LearnerSteps(
            GradientExchange exchange,
            Compressor compressor,
            ModelLayers layers,
            PackingPlace place,
            int checksumEvery,
            float floor,
            ResidueRule residueRule) {
        this.exchange = exchange;
        this.layers = layers;
        this.place = place;
        this.checksumEvery = checksumEvery;
        this.floor = floor;
        sums = new float[layers.specs().stream().mapToInt(LayerSpec::size).max().orElse(0)];
        fingerprint = layers.fingerprint() + " " + compressor.signature() + " floor=" + floor;
        format = MessageFormat.of(fingerprint, layers.specs());
        packer = new GradientPacker(compressor, layers, place);
        statistics = new RunningStatistics(layers);
        files = new ResidueFiles(exchange, compressor.signature(), layers, residueRule);
        for (LayerSpec layer : layers.specs()) {
            traffic.add(LayerTraffic.of(layer));
        }
    }

    ModelLayers layers() {
        return layers;
    }

    long step() {
        return step;
    }

    long bytesSent() {
        return bytesSent;
    }

    long paperBitsSent() {
        return paperBitsSent;
    }

    List<LayerTraffic> traffic() {
        return List.copyOf(traffic);
    }

    /** Replaces the gradients by the average of all learners. */
    StepReport exchange(NDManager manager, long examples, boolean traced) {
        requireNotFailed();
        try (NDManager scratch = manager.newSubManager()) {
            final long begin = System.nanoTime();
            List<LayerGradient> gradients = layers.gradients(place, scratch);
            packer.requireFinite(gradients);
            failed = true;
            UpdateMessage mine = pack(gradients, examples);
            MessagePlan plan = format.plan(mine);
            ByteBuffer bytes = plan.encode();
            final int size = bytes.remaining();
            final long packed = System.nanoTime();
            final List<StepReport.Layer> report =
                    traced ? report(mine, plan.sizes(), gradients) : List.of();
            final long ready = System.nanoTime();
            List<ByteBuffer> all = exchange.allGather(step, bytes);
            final long exchanged = System.nanoTime();
            unpack(Gathering.decode(all, format, mine), gradients, scratch);
            final long unpacked = System.nanoTime();
            failed = false;
            first = false;
            count(mine, size, report);
            return new StepReport(
                    step++, packed - begin, exchanged - ready, unpacked - exchanged, report);
        }
    }

    private UpdateMessage pack(List<LayerGradient> gradients, long examples) {
        boolean checked = first || step % checksumEvery == 0;
        int[] checksums = checked ? WeightChecksums.of(layers) : NO_CHECKSUMS;
        List<LayerUpdate> updates = packer.pack(step, gradients);
        return new UpdateMessage(exchange.rank(), step, examples, updates, checksums);
    }

    private void unpack(
            List<UpdateMessage> messages, List<LayerGradient> gradients, NDManager scratch) {
        WeightChecksums.requireEqual(layers, messages);
        // Of changing sign, so that nothing adds up.
        float signed = step % 2 == 0 ? floor : -floor;
        Averaging averaging = new Averaging(layers, messages, packer::owes, signed);
        packer.owe(gradients, averaging.owedBeside(exchange.rank()));
        averaging.writeTo(gradients, sums, scratch);
    }

    private void count(UpdateMessage mine, int bytes, List<StepReport.Layer> report) {
        for (int i = 0; i < report.size(); i++) {
            traffic.set(i, traffic.get(i).plus(report.get(i)));
        }
        bytesSent += bytes;
        paperBitsSent += mine.layers().stream().mapToLong(LayerUpdate::paperBits).sum();
    }

    private List<StepReport.Layer> report(
            UpdateMessage mine, List<LayerSize> sizes, List<LayerGradient> gradients) {
        List<StepReport.Layer> reports = new ArrayList<>(sizes.size());
        for (int i = 0; i < sizes.size(); i++) {
            LayerUpdate update = mine.layers().get(i);
            reports.add(
                    new StepReport.Layer(
                            sizes.get(i).path(),
                            update.size(),
                            update.sent(),
                            update.paperBits(),
                            sizes.get(i).bytes(),
                            binLength(update),
                            residueNorm(packer.residue(i)),
                            norm(gradients.get(i).values())));
        }
        return reports;
    }

    private static int binLength(LayerUpdate update) {
        return update instanceof TernaryUpdate ternary ? ternary.binLength() : 0;
    }

    /** NaN for a layer that never owes anything. */
    private static double residueNorm(float[] residue) {
        return residue.length == 0 ? Double.NaN : norm(FloatBuffer.wrap(residue));
    }

    private static double norm(FloatBuffer values) {
        double sum = 0;
        for (int i = 0; i < values.limit(); i++) {
            sum += (double) values.get(i) * values.get(i);
        }
        return Math.sqrt(sum);
    }

    void averageStatistics() {
        requireNotFailed();
        statistics.average(exchange, fingerprint, step);
    }

    void save(Path file) throws StateFileException {
        requireNotFailed();
        files.save(file, packer, step);
    }

    void restore(Path... saved) throws StateFileException {
        step = files.restore(packer, saved);
    }

    private void requireNotFailed() {
        if (failed) {
            throw new IllegalStateException(
                    "The exchange of step "
                            + step
                            + " has failed, so what rank "
                            + exchange.rank()
                            + " owes is no longer what the others did not get. Start again from the"
                            + " last checkpoint, with a new exchange and a new listener.");
        }
    }
}
