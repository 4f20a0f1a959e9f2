package io.github.gradkit.learninit.log;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.gradkit.learninit.descent.Solution;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Rows to be added to a log. */
record LogBatch(List<Part> known, Part start, Part end, Part values, Part steps) {

    /** Numbers of all rows of one column. */
    static final class Part {

        private final Shape shape;
        private final float[] numbers;

        Part(Shape shape, float[] numbers) {
            this.shape = shape;
            this.numbers = numbers;
        }

        static Part of(NDArray array, String what) {
            if (array.getDataType() != DataType.FLOAT32 || array.getShape().dimension() == 0) {
                throw new IllegalArgumentException(
                        what
                                + " must be float32 with the instances as first axis, but was "
                                + array.getDataType()
                                + " "
                                + array.getShape()
                                + ".");
            }
            return new Part(array.getShape(), array.toFloatArray());
        }

        Shape shape() {
            return shape;
        }

        Shape rowShape() {
            return shape.slice(1);
        }

        long rows() {
            return shape.get(0);
        }

        float[] numbers() {
            return numbers;
        }
    }

    static LogBatch of(NDList known, NDArray start, Solution solution) {
        Shape column = new Shape(solution.values().size(), 1);
        return new LogBatch(
                known.stream().map(array -> Part.of(array, "What is known")).toList(),
                Part.of(start, "The start"),
                Part.of(solution.argument(), "The solution"),
                new Part(column, floats(solution.values())),
                new Part(column, floats(solution.steps())));
    }

    private static float[] floats(List<? extends Number> list) {
        float[] numbers = new float[list.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = list.get(i).floatValue();
        }
        return numbers;
    }

    /** Checks that the rows fit a log. */
    void requireFit(Shape argument, @Nullable List<Shape> knownShapes) {
        List<Shape> shapes = known.stream().map(Part::rowShape).toList();
        if (shapes.isEmpty() || (knownShapes != null && !shapes.equals(knownShapes))) {
            throw new IllegalArgumentException(
                    "What is known of an instance must have the same shapes in all rows of a log, "
                            + (knownShapes == null ? "at least one" : knownShapes)
                            + ", but had "
                            + shapes
                            + ".");
        }
        if (!start.rowShape().equals(argument) || !end.rowShape().equals(argument)) {
            throw new IllegalArgumentException(
                    "Start and solution must have the shape "
                            + argument
                            + " per instance, as the problem says, but had "
                            + start.rowShape()
                            + " and "
                            + end.rowShape()
                            + ".");
        }
        long rows = values.rows();
        known.forEach(part -> requireRows("what is known", part, rows));
        requireRows("starts", start, rows);
        requireRows("solutions", end, rows);
        requireRows("steps", steps, rows);
        requireFinite();
    }

    private static void requireRows(String what, Part part, long rows) {
        if (part.rows() != rows) {
            throw new IllegalArgumentException(
                    "There are "
                            + rows
                            + " values, but "
                            + part.rows()
                            + " rows of "
                            + what
                            + ". Give all of them for the same instances.");
        }
    }

    private void requireFinite() {
        known.forEach(part -> requireFinite("What is known", part));
        requireFinite("The start", start);
        requireFinite("The solution", end);
        requireFinite("The value", values);
    }

    private static void requireFinite(String what, Part part) {
        float[] numbers = part.numbers();
        int bad =
                IntStream.range(0, numbers.length)
                        .filter(i -> !Float.isFinite(numbers[i]))
                        .findFirst()
                        .orElse(-1);
        if (bad >= 0) {
            throw new IllegalArgumentException(
                    what
                            + " of instance "
                            + bad / (numbers.length / part.rows())
                            + " of the batch holds "
                            + numbers[bad]
                            + ". A predictor can learn from finite numbers only: leave the"
                            + " instance out, or look for the cause in the problem.");
        }
    }
}
