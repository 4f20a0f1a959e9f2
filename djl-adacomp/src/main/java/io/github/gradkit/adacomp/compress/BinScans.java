package io.github.gradkit.adacomp.compress;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the form of {@link BinScan} once for the virtual machine. */
final class BinScans {

    private static final Logger LOG = LoggerFactory.getLogger(BinScans.class);
    private static final String MODULE = "jdk.incubator.vector";
    private static final String VECTOR_FORM = BinScans.class.getPackageName() + ".VectorBinScan";
    private static final BinScan BEST = choose();

    private BinScans() {}

    /** Returns the fastest form that runs here. */
    static BinScan best() {
        return BEST;
    }

    private static BinScan choose() {
        if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
            return new ScalarBinScan();
        }
        try {
            BinScan vector =
                    Class.forName(VECTOR_FORM)
                            .asSubclass(BinScan.class)
                            .getDeclaredConstructor()
                            .newInstance();
            tryOut(vector);
            return vector;
        } catch (ReflectiveOperationException | LinkageError e) {
            // An incubating module may change, and short vectors are of no use.
            LOG.debug("Packing does without the module {}", MODULE, e);
            return new ScalarBinScan();
        }
    }

    /** Links all that is used of the module, so that it fails here if it fails at all. */
    private static void tryOut(BinScan scan) {
        int size = 100;
        BinChunk chunk = new BinChunk(size, size, 2);
        chunk.length = size;
        scan.isFinite(chunk.newest, size);
        scan.scan(new float[size], 0, chunk);
    }
}
