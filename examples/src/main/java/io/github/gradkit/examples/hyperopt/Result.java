package io.github.gradkit.examples.hyperopt;

import com.google.gson.JsonObject;
import io.github.gradkit.report.Report;
import java.io.PrintWriter;

/** What a run found, in the forms in which it is handed over. */
interface Result {

    /** Prints a summary. */
    void print(PrintWriter out);

    /** Makes the HTML report. */
    Report report();

    /** Adds all figures to a JSON object. */
    void addTo(JsonObject json);
}
