package io.github.gradkit.examples.learninit;

import com.google.gson.JsonObject;
import io.github.gradkit.report.Report;
import java.io.PrintWriter;

/** What a study has to show beside its starts, collected over the seeds. */
interface Material {

    /** Adds sections to the page, below those of the starts. */
    void addTo(Report.Builder page);

    /** Adds figures to those of the problem. */
    default void addTo(JsonObject problem) {}

    /** Prints a short table or a few sentences. */
    default void print(PrintWriter out) {}
}
