package io.github.gradkit.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.TextNode;
import org.junit.jupiter.api.Test;

class ReportHtmlTest {

    private static final String EVIL = "</script><script>alert(1)</script> \"'`<b a=1>&amp; {{x}}";

    private final Document sample = Jsoup.parse(SampleReport.create().toHtml());

    @Test
    void sameModelGivesSameBytes() {
        assertThat(SampleReport.create().toHtml()).isEqualTo(SampleReport.create().toHtml());
    }

    @Test
    void renderingDoesNotDependOnTheDefaultLocale() {
        String expected = SampleReport.create().toHtml();
        Locale locale = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(SampleReport.create().toHtml()).isEqualTo(expected);
            Locale.setDefault(Locale.forLanguageTag("tr-TR"));
            assertThat(SampleReport.create().toHtml()).isEqualTo(expected);
        } finally {
            Locale.setDefault(locale);
        }
    }

    @Test
    void nothingIsLoadedFromElsewhere() {
        for (Element element : sample.getAllElements()) {
            for (Attribute attribute : element.attributes()) {
                if (List.of("src", "href", "srcset", "data", "action", "poster", "xlink:href")
                        .contains(attribute.getKey())) {
                    assertThat(attribute.getValue()).matches("(?s)data:.*|#.+");
                }
                assertThat(attribute.getKey()).doesNotStartWith("on").isNotEqualTo("style");
            }
        }
        assertThat(sample.select("link[rel=stylesheet], iframe, object, embed, base")).isEmpty();
        assertThat(sample.select("style").get(0).data()).doesNotContain("@import", "url(");
    }

    @Test
    void policyAllowsExactlyTheScriptAndStyleOfThePage() {
        String policy = sample.select("meta[http-equiv=Content-Security-Policy]").attr("content");
        assertThat(policy)
                .startsWith("default-src 'none'; img-src data:;")
                .doesNotContain("unsafe");
        List<Element> scripts = sample.select("script:not([type])");
        assertThat(scripts).hasSize(1);
        assertThat(policy)
                .contains("script-src 'sha256-" + Assets.sha256(scripts.get(0).data()) + "'")
                .contains(
                        "style-src 'sha256-"
                                + Assets.sha256(sample.select("style").get(0).data())
                                + "'");
    }

    @Test
    void chartLibraryIsInlinedOnceWithItsLicence() {
        String html = SampleReport.create().toHtml();
        assertThat(html).containsOnlyOnce("var uPlot=").containsOnlyOnce("The MIT License (MIT)");
        assertThat(html).containsOnlyOnce("Copyright (c) 2022 Leon Sorokin");
    }

    @Test
    void pageWithoutLineChartsHasNoScript() {
        Report report =
                Report.builder().setTitle("Plain").add(SampleReport.bars()).addText("Hi").build();
        Document page = Jsoup.parse(report.toHtml());
        assertThat(page.select("script")).isEmpty();
        assertThat(page.select("meta[http-equiv]").attr("content")).contains("script-src 'none'");
        assertThat(report.toHtml().length()).isLessThan(25_000);
    }

    @Test
    void everyTextIsEscaped() {
        String html = evilReport().toHtml();
        Document page = Jsoup.parse(html);
        assertThat(page.select("script:not([type])")).hasSize(1);
        assertThat(page.select("b[a]")).isEmpty();
        assertThat(page.title()).isEqualTo(EVIL.replaceAll("\\s+", " "));
        // Everything but the page's own script and style is free of the raw text.
        String body = html.substring(html.indexOf("<body>"), html.indexOf("var uPlot="));
        assertThat(body).doesNotContain("alert(1)</script>", "<b a=1>");
        List<String> texts =
                page
                        .select("h1,h2,h3,h4,p,dt,dd,th,td,figcaption,.badge,button,.legend li")
                        .stream()
                        .filter(element -> !element.text().isBlank() && element.childrenSize() == 0)
                        .map(Element::wholeText)
                        .toList();
        assertThat(texts).filteredOn(text -> text.contains(EVIL)).hasSizeGreaterThan(25);
        assertThat(page.select("img").eachAttr("alt")).allMatch(alt -> alt.contains(EVIL));
    }

    private static Report evilReport() {
        double[] one = {1};
        Tile tile =
                Tile.of(SampleReport.digit(1, 1), EVIL)
                        .withBadge(EVIL, Emphasis.NOTICE)
                        .withAlt(EVIL);
        ImageGroup group = ImageGroup.builder().setHead(tile).addStrip(EVIL, List.of(tile)).build();
        return Report.builder()
                .setTitle(EVIL)
                .optSubtitle(EVIL)
                .optLead(EVIL)
                .optFooter(EVIL)
                .addFigures(Figure.of(EVIL, EVIL, EVIL))
                .addHeading(EVIL)
                .addText(EVIL)
                .add(
                        Table.builder()
                                .optTitle(EVIL)
                                .optCaption(EVIL)
                                .addColumn(EVIL)
                                .addColumn(EVIL)
                                .addRow(EVIL, EVIL)
                                .build())
                .add(
                        LineChart.builder()
                                .setTitle(EVIL)
                                .optCaption(EVIL)
                                .setXAxis(EVIL)
                                .setYAxis(EVIL)
                                .addSeries(EVIL, one, one)
                                .build())
                .add(
                        BarChart.builder()
                                .setTitle(EVIL)
                                .optCaption(EVIL)
                                .setValueTitle(EVIL)
                                .setCategories(EVIL)
                                .addSeries(EVIL, 1)
                                .addSeries("other", 2)
                                .build())
                .add(ImageGrid.builder().setTitle(EVIL).optCaption(EVIL).addTile(tile).build())
                .add(ImageGroups.builder().setTitle(EVIL).optCaption(EVIL).addGroup(group).build())
                .build();
    }

    @Test
    void headFiguresAndTextAreShown() {
        assertThat(sample.select("h1").text()).isEqualTo("Finding mislabelled digits");
        assertThat(sample.select(".subtitle, .lead, .page-foot")).hasSize(3);
        assertThat(sample.select(".figure-card dt").eachText())
                .containsExactly("Flips found", "Area under the curve", "Test accuracy", "Time");
        assertThat(sample.select(".figure-card .value").eachText())
                .containsExactly("96 %", "0.981", "97.2 %", "3.4 s");
        assertThat(sample.select(".figure-card .note")).hasSize(3);
        assertThat(sample.select(".prose p")).hasSize(1);
    }

    @Test
    void optionalPartsLeaveNoTrace() {
        Report report = Report.builder().setTitle("T").addText("Only this.").build();
        Document page = Jsoup.parse(report.toHtml());
        assertThat(page.select(".subtitle, .lead, .figures, nav, footer")).isEmpty();
        assertThat(page.select("main").text()).isEqualTo("T Only this.");
    }

    @Test
    void contentsLinkToDistinctHeadings() {
        Report report =
                Report.builder()
                        .setTitle("T")
                        .addHeading("Über uns!")
                        .addHeading("Same")
                        .addHeading("Same")
                        .addHeading("Same 2")
                        .addHeading("→")
                        .build();
        Document page = Jsoup.parse(report.toHtml());
        List<String> ids = page.select("h2").eachAttr("id");
        assertThat(ids).containsExactly("über-uns", "same", "same-2", "same-2-2", "section");
        assertThat(page.select("nav a").eachAttr("href"))
                .containsExactlyElementsOf(ids.stream().map(id -> "#" + id).toList());
    }

    @Test
    void tableHasHeadersAlignmentAndHighlights() {
        Element table = sample.select("table.grid-table:not(.compact)").first();
        assertThat(table.select("thead th[scope=col]").eachText())
                .startsWith("Method", "Checkpoints")
                .hasSize(6);
        assertThat(table.select("tbody th[scope=row]")).hasSize(5);
        assertThat(table.select("tbody tr.highlight th").text()).isEqualTo("Self-influence");
        assertThat(table.select("td.mark").eachText()).containsExactly("0.1");
        assertThat(table.select("tbody tr").get(3).select("td.right").eachText())
                .containsExactly("1", "0.870", "55.2 %", "0.4");
        assertThat(table.select("td.center")).hasSize(5);
        assertThat(table.parent().attr("tabindex")).isEqualTo("0");
        assertThat(table.parent().attr("aria-label")).isEqualTo("Methods compared");
    }

    @Test
    void lineChartHasLegendSummaryAndDataTable() {
        Element chart = sample.select(".line-chart").first();
        assertThat(chart.select(".legend button").eachText())
                .containsExactly(
                        "Self-influence, 8 checkpoints",
                        "Self-influence, last checkpoint",
                        "Loss",
                        "Gradient norm",
                        "Random order");
        assertThat(chart.select(".legend button").eachAttr("class"))
                .containsExactly("s0", "s1", "s2", "s3", "reference");
        assertThat(chart.select("[role=img]").attr("aria-label"))
                .contains("Flipped labels found while checking", "Gradient norm");
        assertThat(chart.select("details tbody tr")).hasSize(51);
        assertThat(chart.select("details thead th")).hasSize(6);
    }

    @Test
    void barsAreProportionalAndCarryValues() {
        Element chart = sample.select(".bar-chart").get(1);
        List<Element> bars = chart.select("rect");
        // The scale runs from -0.5 to 4.75.
        assertThat(bars.get(0).attr("x")).isEqualTo("9.524");
        assertThat(bars.get(0).attr("width")).isEqualTo("23.810");
        assertThat(bars.get(1).attr("x")).isEqualTo("0.000");
        assertThat(bars.get(1).attr("width")).isEqualTo("9.524");
        assertThat(bars.get(3).attr("width")).isEqualTo("90.476");
        assertThat(bars.get(4).attr("width")).isEqualTo("0.000");
        assertThat(chart.select("td.right").eachText()).last().isEqualTo("Change: –");
        assertThat(chart.select("tr[title]").eachAttr("title"))
                .startsWith("Zero, Change: 1.25", "One, Change: -0.5");
        assertThat(chart.select("svg line")).hasSize(5);
    }

    @Test
    void groupedBarsShareOneCategoryHeader() {
        Element chart = sample.select(".bar-chart").first();
        assertThat(chart.select(".legend li").eachText()).containsExactly("Self-influence", "Loss");
        assertThat(chart.select("tbody")).hasSize(5);
        assertThat(chart.select("tbody th").eachAttr("rowspan")).containsOnly("2").hasSize(5);
        assertThat(chart.select("tbody").get(1).select("td.right").eachText())
                .containsExactly("Self-influence: 97.5", "Loss: 95.0");
    }

    @Test
    void imagesHaveSizesAltTextsAndBadges() {
        assertThat(sample.select(".tiles.even > li")).hasSize(16);
        assertThat(sample.select(".group")).hasSize(3);
        assertThat(sample.select(".group").first().select(".strip h4").eachText())
                .containsExactly("Strongest proponents", "Strongest opponents");
        assertThat(sample.select(".group").first().select("img")).hasSize(7);
        assertThat(sample.select("img").eachAttr("alt")).noneMatch(String::isBlank);
        assertThat(sample.select("img[width=8][height=8].crisp"))
                .hasSameSizeAs(sample.select("img"));
        assertThat(sample.select(".tile.positive .badge").first().text()).isEqualTo("+3.1");
    }

    @Test
    void styleSheetHasAColourForEverySeriesInBothSchemes() {
        String css = sample.select("style").get(0).data();
        for (int i = 0; i < Views.COLOURS; i++) {
            Matcher matcher = Pattern.compile("--s" + i + ": #[0-9a-f]{6};").matcher(css);
            assertThat(matcher.results().distinct().count()).isEqualTo(2);
        }
        assertThat(css).contains("prefers-color-scheme: dark", "@media print", "pixelated");
    }

    @Test
    void seriesBeyondTheColoursAreDashed() {
        LineChart.Builder chart = LineChart.builder().setTitle("Many").setXAxis("x").setYAxis("y");
        for (int i = 0; i < 8; i++) {
            chart.addSeries("line " + i, new double[] {0}, new double[] {i});
        }
        Report report = Report.builder().setTitle("T").add(chart.build()).build();
        assertThat(Jsoup.parse(report.toHtml()).select(".legend button").eachAttr("class"))
                .endsWith("s5", "s0 dashed", "s1 dashed");
    }

    @Test
    void noStrayTemplateTagsRemain() {
        assertThat(sample.body().nodeStream(TextNode.class).map(TextNode::text))
                .noneMatch(text -> text.contains("{{") || text.contains("}}"));
    }
}
