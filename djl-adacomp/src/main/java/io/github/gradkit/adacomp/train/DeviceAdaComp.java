package io.github.gradkit.adacomp.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.adacomp.compress.AdaComp;
import io.github.gradkit.adacomp.compress.DenseUpdate;
import io.github.gradkit.adacomp.compress.FiniteCheck;
import io.github.gradkit.adacomp.compress.LayerSpec;
import io.github.gradkit.adacomp.compress.LayerUpdate;
import io.github.gradkit.adacomp.compress.ScaleRule;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * One layer under {@link AdaComp}, on the device of its weights.
 *
 * <p>To the host go the largest size of each bin, and index and sign of what is selected; back come
 * the values to take off. It sends and keeps the same bits as the form for the host, since each
 * step of it is rounded once, and sums are left to the host.
 *
 * <p>Residue and gradient are handled as rows, one for each bin, zeros making up for a shorter last
 * one; these are never sent. The residue belongs to the manager of the weights, and is freed with
 * it. A step takes some 5 times the memory of the layer for a moment.
 */
final class DeviceAdaComp {

    private static final int[] ROWS = {1};
    private static final float[] NONE = {};

    private final LayerSpec layer;
    private final int binLength;
    private final AdaComp.Settings settings;
    private final Shape rows;
    private final NDArray residue;

    /** Starts with a residue of zeros, for a layer of 1 value or more. */
    DeviceAdaComp(LayerSpec layer, int binLength, AdaComp.Settings settings, NDArray weight) {
        this.layer = layer;
        this.binLength = binLength;
        this.settings = settings;
        int width = Math.min(binLength, layer.size());
        rows = new Shape(((long) layer.size() + width - 1) / width, width);
        residue = weight.getManager().zeros(rows, DataType.FLOAT32, weight.getDevice());
    }

    /** Throws if the gradient holds a NaN or an infinity. */
    void requireFinite(NDArray gradient) {
        try (NDManager scratch = scratch()) {
            // The largest of numbers and NaN is NaN.
            if (Float.isFinite(handle(gradient, scratch).abs().max().getFloat())) {
                return;
            }
        }
        FiniteCheck.require(layer, FloatBuffer.wrap(gradient.toFloatArray()));
    }

    /** Chooses what to send of a gradient that is finite, and keeps the rest. */
    LayerUpdate compress(long step, NDArray gradient) {
        if (step < settings.denseSteps()) {
            return new DenseUpdate(gradient.toFloatArray());
        }
        try (NDManager scratch = scratch()) {
            NDArray newest = rows(gradient, scratch);
            NDArray owed = handle(residue, scratch).addi(newest);
            NDArray largest = owed.abs().max(ROWS, true);
            float[] sizes = largest.toFloatArray();
            requireNoOverflow(sizes);
            return send(owed, select(owed, newest, largest), sizes);
        }
    }

    private void requireNoOverflow(float[] sizes) {
        for (float size : sizes) {
            if (!Float.isFinite(size)) {
                throw FiniteCheck.overflow(layer);
            }
        }
    }

    /** Returns the indices of what reaches the largest size of its bin and is not 0. */
    private NDArray select(NDArray owed, NDArray newest, NDArray largest) {
        float extra = settings.softThreshold() - 1;
        NDArray hoped = owed.add(extra == 1 ? newest : newest.mul(extra)).abs();
        NDArray selected = hoped.gte(largest).logicalAnd(owed.neq(0));
        return selected.flatten().nonzero().flatten();
    }

    private LayerUpdate send(NDArray owed, NDArray indices, float[] sizes) {
        NDArray flat = owed.reshape(-1);
        NDArray values = flat.gather(indices, 0);
        int[] codes = codes(indices, values);
        BinScales scales = scales(sizes, codes, values);
        NDArray sent = owed.getManager().create(scales.values(codes));
        flat.set(new NDIndex("{}", indices), values.sub(sent));
        clip(owed, scales);
        return scales.update(codes);
    }

    private static int[] codes(NDArray indices, NDArray values) {
        NDArray negative = values.lt(0).toType(DataType.INT64, false);
        return indices.add(indices).add(negative).toType(DataType.INT32, false).toIntArray();
    }

    private BinScales scales(float[] sizes, int[] codes, NDArray values) {
        boolean needed = settings.scaleRule() == ScaleRule.LEAST_SQUARES;
        float[] selected = needed ? values.toFloatArray() : NONE;
        return new BinScales(layer.size(), binLength, settings, sizes, codes, selected);
    }

    private void clip(NDArray owed, BinScales scales) {
        if (settings.residueClip() < Float.POSITIVE_INFINITY) {
            float[] limits = scales.limits((int) rows.get(0));
            NDArray limit = owed.getManager().create(limits, new Shape(limits.length, 1));
            owed.set(new NDIndex("..."), owed.minimum(limit).maximum(limit.neg()));
        }
    }

    /** Returns a copy of what is still owed. */
    float[] residue() {
        return Arrays.copyOf(residue.toFloatArray(), layer.size());
    }

    void setResidue(float[] values) {
        try (NDManager scratch = scratch()) {
            residue.set(new NDIndex("..."), rows(scratch.create(values), scratch));
        }
    }

    /** Adds a multiple of a gradient to what is owed. */
    void owe(NDArray gradient, float factor) {
        try (NDManager scratch = scratch()) {
            handle(residue, scratch).addi(rows(gradient, scratch).mul(factor));
        }
    }

    /** The gradient in rows, which may share its memory: only to be read. */
    private NDArray rows(NDArray gradient, NDManager scratch) {
        NDArray all = handle(gradient, scratch).reshape(-1);
        long missing = rows.size() - layer.size();
        return (missing == 0 ? all : all.concat(scratch.zeros(new Shape(missing)))).reshape(rows);
    }

    private NDManager scratch() {
        return residue.getManager().newSubManager(residue.getDevice());
    }

    /**
     * What is computed from an array is attached to its manager, so it must not be a lasting one.
     */
    private static NDArray handle(NDArray array, NDManager scratch) {
        NDArray handle = array.reshape(array.getShape());
        handle.attach(scratch);
        return handle;
    }
}
