(() => {
  "use strict";

  const FONT = "12px system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif";
  const PRINT_WIDTH = 640;
  const root = document.documentElement;
  const charts = [];

  // Canvases cannot read style sheets, so each colour is looked up whenever a chart is drawn.
  const colour = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();
  const height = (width) => Math.round(Math.min(380, Math.max(240, width * 0.46)));

  const show = (value, digits) => {
    if (value == null) return "–";
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-4 || size >= 1e7)) {
      return value.toExponential(3).replace(/\.?0+e/, "e").replace("e+", "e");
    }
    return value.toLocaleString("en", { maximumSignificantDigits: digits });
  };

  const styleOf = (button) => {
    const name = [...button.classList].find((c) => c !== "dashed");
    const reference = name === "reference";
    return {
      name,
      width: reference ? 1.5 : 2,
      dash: reference ? [6, 5] : button.classList.contains("dashed") ? [10, 4] : undefined,
    };
  };

  const joined = (lines) => {
    let x = [];
    const tables = lines.map((line) => {
      x = line.x ?? x;
      return [x, line.y];
    });
    // Mode 2 lets a gap reach to the neighbouring points of its own series.
    return uPlot.join(tables, tables.map(() => [0, 2]));
  };

  const axisWidth = (u, values, index, cycle) => {
    const axis = u.axes[index];
    if (cycle > 1) return axis._size;
    let size = axis.ticks.size + axis.gap;
    const longest = (values ?? []).reduce((a, b) => (String(b ?? "").length > a.length ? String(b) : a), "");
    if (longest) {
      u.ctx.font = axis.font[0];
      size += u.ctx.measureText(longest).width / devicePixelRatio;
    }
    return Math.ceil(size);
  };

  // Over many decades only the powers of ten keep their grid lines.
  const sparse = (log) =>
    log
      ? (u, splits) => {
          const decades = Math.log10(splits[splits.length - 1] / splits[0]);
          return decades <= 4 ? splits : splits.map((v) => (Math.abs(Math.log10(v) % 1) < 1e-9 ? v : null));
        }
      : (u, splits) => splits;

  // On a horizontal axis the library names powers of ten only, which is too little for few decades.
  const named = ({ log }, xs) => {
    const decades = Math.log10(xs[xs.length - 1] / xs[0]);
    if (!log || decades >= 2) return {};
    const digits = decades < 1.3 ? "1235" : "13";
    return { filter: (u, splits) => splits.map((v) => (digits.includes(v.toExponential(0)[0]) ? v : null)) };
  };

  const axis = ({ title, log }, extra) => ({
    label: title,
    font: FONT,
    labelFont: `600 ${FONT}`,
    labelSize: 26,
    labelGap: 4,
    stroke: () => colour("muted"),
    grid: { stroke: () => colour("grid"), width: 1, filter: sparse(log) },
    ticks: { stroke: () => colour("grid"), width: 1, size: 6, filter: sparse(log) },
    values: (u, splits) => splits.map((v) => (v == null ? null : show(v, 8))),
    ...extra,
  });

  const scale = (log, pad) =>
    log
      ? { time: false, distr: 3, ...(pad ? {} : { range: (u, min, max) => (min < max ? [min, max] : [min / 2, max * 2]) }) }
      : { time: false, ...(pad ? {} : { range: (u, min, max) => (min < max ? [min, max] : [min - 1, max + 1]) }) };

  const element = (tag, name, text) => {
    const made = document.createElement(tag);
    made.className = name;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  // A reference is often two points far apart: its value in between is read off the drawn line.
  const between = (u, data, row, at) => {
    const xs = u.data[0];
    const ys = u.data[row];
    const low = xs.findLastIndex((x, i) => x <= at && ys[i] !== undefined);
    const high = xs.findIndex((x, i) => x >= at && ys[i] !== undefined);
    if (low < 0 || high < 0 || ys[low] === null || ys[high] === null) return null;
    if (low === high) return ys[low];
    const bent = (axis, v) => (axis.log ? Math.log(v) : v);
    const [from, to] = [bent(data.x, xs[low]), bent(data.x, xs[high])];
    const share = (bent(data.x, at) - from) / (to - from);
    const y = bent(data.y, ys[low]) * (1 - share) + bent(data.y, ys[high]) * share;
    return data.y.log ? Math.exp(y) : y;
  };

  // Enough digits to tell apart what lies a thousandth of the axis apart.
  const digitsFor = (u, data, value) => {
    const { min, max } = u.scales.y;
    if (data.y.log || !value || !(max > min)) return 4;
    return Math.min(9, Math.max(4, Math.ceil(Math.log10(Math.abs(value) / (max - min))) + 4));
  };

  const fillTip = (tip, u, data, styles) => {
    const index = u.cursor.idx;
    const at = u.data[0][index];
    tip.replaceChildren(element("div", "tip-x", `${data.x.title}: ${show(at, 8)}`));
    data.series.forEach((line, i) => {
      if (!u.series[i + 1].show) return;
      const own = u.cursor.idxs[i + 1];
      const row = element("div", "tip-row");
      const key = element("i", "");
      key.style.background = colour(styles[i].name);
      // Lines with other x values show their nearest point and say where it lies.
      const elsewhere = own != null && own !== index && !line.reference ? ` (at ${show(u.data[0][own], 6)})` : "";
      const value = line.reference ? between(u, data, i + 1, at) : own == null ? null : u.data[i + 1][own];
      row.append(key, element("span", "", line.name + elsewhere), element("b", "", show(value, digitsFor(u, data, value))));
      tip.append(row);
    });
  };

  const moveTip = (tip, u) => {
    const { left, top } = u.cursor;
    const right = left + 16 + tip.offsetWidth <= u.over.clientWidth;
    const x = right ? left + 16 : Math.max(0, left - 16 - tip.offsetWidth);
    const y = Math.max(0, Math.min(top - tip.offsetHeight / 2, u.over.clientHeight - tip.offsetHeight));
    tip.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  };

  const draw = (figure) => {
    const plot = figure.querySelector(".plot");
    const data = JSON.parse(figure.querySelector(".chart-data").textContent);
    const buttons = [...figure.querySelectorAll(".legend button")];
    const styles = buttons.map(styleOf);
    const tip = element("div", "tip");
    tip.hidden = true;
    const width = plot.clientWidth;
    const rows = joined(data.series);
    const chart = new uPlot(
      {
        width,
        height: height(width),
        // On the right there must be room for half of a label such as 100,000.
        padding: [10, 28, 0, 0],
        legend: { show: false },
        cursor: {
          y: false,
          drag: { x: false, y: false, setScale: false },
          points: {
            size: (u, i) => (data.series[i - 1].reference ? 0 : 8),
            width: (u, i) => (data.series[i - 1].reference ? 0 : 2),
            stroke: () => colour("surface"),
            fill: (u, i) => colour(styles[i - 1].name),
          },
        },
        scales: { x: scale(data.x.log, false), y: scale(data.y.log, true) },
        axes: [axis(data.x, { space: 60, size: 32, ...named(data.x, rows[0]) }), axis(data.y, { size: axisWidth })],
        series: [
          {},
          ...data.series.map((line, i) => ({
            label: line.name,
            stroke: () => colour(styles[i].name),
            width: styles[i].width,
            dash: styles[i].dash,
            points: line.reference ? { show: false } : { size: 6, space: 24, fill: () => colour("surface") },
          })),
        ],
        hooks: {
          setCursor: [
            (u) => {
              tip.hidden = u.cursor.left < 0 || u.cursor.idx == null;
              if (!tip.hidden) {
                fillTip(tip, u, data, styles);
                moveTip(tip, u);
              }
            },
          ],
        },
      },
      rows,
      plot
    );
    chart.over.append(tip);
    buttons.forEach((button, i) =>
      button.addEventListener("click", () => {
        const on = button.getAttribute("aria-pressed") !== "true";
        button.setAttribute("aria-pressed", String(on));
        chart.setSeries(i + 1, { show: on });
      })
    );
    new ResizeObserver(() => resize(chart, plot.clientWidth)).observe(plot);
    charts.push({ chart, plot });
  };

  const resize = (chart, width) => {
    if (width > 0 && width !== chart.width && !root.classList.contains("printing")) {
      chart.setSize({ width, height: height(width) });
    }
  };

  const redraw = () => charts.forEach(({ chart }) => chart.redraw(false, true));

  document.querySelectorAll(".line-chart").forEach(draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  addEventListener("beforeprint", () => {
    root.classList.add("printing");
    charts.forEach(({ chart }) => chart.setSize({ width: PRINT_WIDTH, height: height(PRINT_WIDTH) }));
    redraw();
  });
  addEventListener("afterprint", () => {
    root.classList.remove("printing");
    charts.forEach(({ chart, plot }) => resize(chart, plot.clientWidth));
    redraw();
  });
})();
