package io.github.gradkit.tracin.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Convolution;

/**
 * A convolution is a matrix applied to each patch of its input; output pixels are the positions.
 *
 * <p>Works for any number of spatial axes, with stride, padding, dilation and groups. The patches
 * are gathered as one strided view per cell of the kernel, copied once when they are stacked.
 */
record ConvolutionUnfolding(Shape kernel, Shape stride, Shape padding, Shape dilation, long groups)
        implements Unfolding {

    static ConvolutionUnfolding of(Convolution block) {
        return new ConvolutionUnfolding(
                block.getKernelShape(),
                block.getStride(),
                block.getPadding(),
                block.getDilation(),
                block.getGroups());
    }

    @Override
    public NDArray inputs(NDArray input, Shape outputShape) {
        NDArray padded = isZero(padding) ? input : pad(input);
        long[] offset = new long[kernel.dimension()];
        NDList cells = new NDList();
        do {
            cells.add(padded.get(cell(offset, outputShape)));
        } while (next(offset));
        NDArray patches = cells.size() == 1 ? cells.head().expandDims(2) : NDArrays.stack(cells, 2);
        Shape shape = input.getShape();
        long inputs = shape.get(1) / groups * kernel.size();
        // (batch, channels, kernel, pixels...) -> (batch, groups, channels x kernel, pixels)
        return patches.reshape(shape.get(0), groups, inputs, pixels(outputShape)).swapAxes(2, 3);
    }

    @Override
    public NDArray errors(NDArray error) {
        Shape shape = error.getShape();
        return error.reshape(shape.get(0), groups, shape.get(1) / groups, pixels(shape))
                .swapAxes(2, 3);
    }

    @Override
    public boolean copies() {
        return true;
    }

    @Override
    public Geometry geometry(Shape inputShape, Shape outputShape) {
        return new Geometry(
                groups,
                pixels(outputShape),
                inputShape.get(1) / groups * kernel.size(),
                outputShape.get(1) / groups);
    }

    private static boolean isZero(Shape shape) {
        for (long size : shape.getShape()) {
            if (size != 0) {
                return false;
            }
        }
        return true;
    }

    private NDArray pad(NDArray input) {
        int axes = padding.dimension();
        long[] pairs = new long[2 * axes];
        for (int axis = 0; axis < axes; axis++) {
            // the engine wants the last axis first
            int slot = 2 * (axes - 1 - axis);
            pairs[slot] = padding.get(axis);
            pairs[slot + 1] = padding.get(axis);
        }
        return input.pad(new Shape(pairs), 0);
    }

    /** The strided view of all input pixels that one cell of the kernel touches. */
    private NDIndex cell(long[] offset, Shape outputShape) {
        NDIndex index = new NDIndex().addAllDim(2);
        for (int axis = 0; axis < offset.length; axis++) {
            long from = offset[axis] * dilation.get(axis);
            long to = from + (outputShape.get(axis + 2) - 1) * stride.get(axis) + 1;
            index.addSliceDim(from, to, stride.get(axis));
        }
        return index;
    }

    private boolean next(long[] offset) {
        for (int axis = offset.length - 1; axis >= 0; axis--) {
            if (++offset[axis] < kernel.get(axis)) {
                return true;
            }
            offset[axis] = 0;
        }
        return false;
    }

    private static long pixels(Shape shape) {
        return shape.slice(2).size();
    }
}
