package io.github.gradkit.report;

/** One part of a {@link Report}, shown in the order in which it was added. */
public sealed interface Section
        permits Heading, Text, Table, LineChart, BarChart, ImageGrid, ImageGroups {}
