package io.github.gradkit.report;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Renders a report to HTML. */
final class HtmlPage {

    private static final int HEADINGS_FOR_CONTENTS = 3;

    private final Set<String> ids = new HashSet<>();
    private final List<Views.Anchor> contents = new ArrayList<>();

    private HtmlPage() {}

    static String render(Report report) {
        return template().execute(new HtmlPage().page(report));
    }

    private static Template template() {
        return Mustache.compiler()
                .withLoader(name -> new StringReader(Assets.own(name + ".mustache")))
                .compile(Assets.own("page.mustache"));
    }

    private Map<String, Object> page(Report report) {
        List<Map<String, Object>> sections = report.sections().stream().map(this::section).toList();
        Map<String, Object> page = new HashMap<>();
        page.put("title", report.title());
        page.put("subtitle", report.subtitle());
        page.put("lead", report.lead());
        page.put("footer", report.footer());
        page.put("figures", report.figures());
        page.put("hasFigures", !report.figures().isEmpty());
        page.put("sections", sections);
        page.put("contents", contents);
        page.put("hasContents", contents.size() >= HEADINGS_FOR_CONTENTS);
        addAssets(page, report.sections().stream().anyMatch(LineChart.class::isInstance));
        return page;
    }

    private static void addAssets(Map<String, Object> page, boolean charts) {
        // The hashes in the page's policy cover every byte between the tags.
        String css = Assets.own("page.css") + (charts ? Assets.chartCss() : "");
        String script = charts ? Assets.chartScript() + Assets.own("page.js") : "";
        page.put("css", css);
        page.put("script", script);
        page.put("hasScript", charts);
        page.put("styleHash", Assets.sha256(css));
        page.put("scriptSource", charts ? "'sha256-" + Assets.sha256(script) + "'" : "'none'");
    }

    private Map<String, Object> section(Section section) {
        if (section instanceof Heading heading) {
            return Map.of("heading", anchor(heading.text()));
        } else if (section instanceof Text text) {
            return Map.of("text", text);
        } else if (section instanceof Table table) {
            return Map.of("table", Views.table(table));
        } else if (section instanceof LineChart chart) {
            return Map.of("line", Views.line(chart));
        } else if (section instanceof BarChart chart) {
            return Map.of("bars", BarLayout.of(chart));
        } else if (section instanceof ImageGrid grid) {
            return Map.of("grid", Views.grid(grid));
        } else if (section instanceof ImageGroups groups) {
            return Map.of("groups", Views.groups(groups));
        }
        throw new IllegalArgumentException("unknown kind of section: " + section.getClass());
    }

    private Views.Anchor anchor(String text) {
        String words =
                text.toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}]+", "-")
                        .replaceAll("^-+|-+$", "");
        String base = words.isEmpty() ? "section" : words;
        String id = base;
        for (int i = 2; !ids.add(id); i++) {
            id = base + "-" + i;
        }
        Views.Anchor anchor = new Views.Anchor(id, text);
        contents.add(anchor);
        return anchor;
    }
}
