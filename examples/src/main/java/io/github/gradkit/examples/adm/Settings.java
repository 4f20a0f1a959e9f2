package io.github.gradkit.examples.adm;

import java.util.List;
import java.util.stream.LongStream;

/**
 * What a run does.
 *
 * @param firstSeed the seed of the first repetition; the others follow it
 * @param repetitions how often everything is done, from the first weights on
 * @param lambdas the weights of the regulariser, ascending
 * @param pretrainEpochs passes over the training images with the scribbles alone
 * @param epochs passes over them with each method
 * @param cuts how methods use graph cuts
 * @param crop the side of the squares that are cut out of training images, 0 for whole images
 * @param threads threads of graph cuts
 */
record Settings(
        long firstSeed,
        int repetitions,
        List<Double> lambdas,
        int pretrainEpochs,
        int epochs,
        Cuts cuts,
        int crop,
        int threads) {

    /** Images in a step. */
    static final int BATCH = 10;

    /**
     * How graph cuts are used.
     *
     * @param gamma the weight of the tie between the network and what cuts find
     * @param relabelEvery after how many epochs all images are labelled, 0 to label each batch when
     *     its turn comes
     * @param anneal whether the weight of the regulariser grows from 0
     */
    record Cuts(double gamma, int relabelEvery, boolean anneal) {

        /** As the library does it. */
        static final Cuts USUAL = new Cuts(1, 0, false);

        /**
         * Returns how many labellings the network learns from; one after the last epoch is none.
         */
        int labellings(int images, int epochs) {
            int batches = (images + BATCH - 1) / BATCH;
            return relabelEvery == 0 ? epochs * batches : 1 + (epochs - 1) / relabelEvery;
        }
    }

    Settings {
        lambdas = lambdas.stream().distinct().sorted().toList();
    }

    List<Long> seeds() {
        return LongStream.range(firstSeed, firstSeed + repetitions).boxed().toList();
    }
}
