/**
 * Self-contained HTML reports: a small page model and its rendering.
 *
 * <p>A {@link io.github.gradkit.report.Report} is a title, some headline figures and a list of
 * {@linkplain io.github.gradkit.report.Section sections}: headings, text, tables, charts and
 * images. It is rendered to one HTML file which holds its style sheet, scripts, data and pictures,
 * and which therefore opens without a network. All text is escaped: no method of this package takes
 * HTML.
 *
 * <p>The package knows nothing of models or training. Every type of the page model is immutable,
 * and the same model always gives the same bytes.
 */
@NullMarked
package io.github.gradkit.report;

import org.jspecify.annotations.NullMarked;
