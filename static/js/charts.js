// Columns over time, drawn by ECharts from data-chart: colours are our tokens, a pattern says what
// a colour says, and nothing moves. Words come with the data. The table beside it says the same.
"use strict";

(() => {
  const { drawer } = document.currentScript.dataset;
  const drawn = new Map();
  const token = (name) => {
    const style = getComputedStyle(document.documentElement);
    const said = style.getPropertyValue(name).trim();
    const pair = said.match(/^light-dark\((.+?),\s*(.+)\)$/); // as contrast.css says it
    return pair ? pair[style.colorScheme === "dark" ? 2 : 1] : said;
  };
  const stripes = (rotation, dashArrayX, dashArrayY, symbol = "rect") =>
    ({ color: token("--surface"), rotation, dashArrayX, dashArrayY, symbol, symbolSize: 1 });

  const looks = () => ({
    "": { color: token("--accent") },
    told: { color: token("--orange-ink"), decal: stripes(Math.PI / 4, [1, 0], [2, 5]) },
    high: { color: token("--orange-ink"), decal: stripes(Math.PI / 4, [1, 0], [2, 5]) },
    low: { color: token("--violet-ink"), decal: stripes(0, [[6, 6], [0, 6, 6, 0]], [6, 0], "circle") },
    under_way: { color: token("--grey-tint"), borderColor: token("--ink-soft"), borderType: "dashed" },
  });

  const option = (data, text) => {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const font = { color: token("--ink-soft"), fontFamily: token("--font"), fontSize: rem * 0.8 };
    const [min, max] = data.ends;
    const interval = (max - min) / Math.max(data.ticks.length - 1, 1);
    const style = looks();
    const kinds = [...new Set(["", ...data.kinds])];
    const series = kinds.map((kind) => ({
      type: "bar",
      name: data.legend[kind] ?? kind,
      stack: "one",
      barMaxWidth: rem * 3,
      itemStyle: style[kind] ?? style[""],
      data: data.values.map((value, place) => (data.kinds[place] === kind ? value : null)),
    }));
    const usual = data.usual.some((value) => value !== null);
    if (usual) {
      series.push({
        type: "line",
        name: data.legend.line ?? "",
        data: data.usual,
        symbol: "none",
        color: token("--ink"),
        lineStyle: { color: token("--ink"), width: 2, type: "dashed" },
      });
    }
    const named = series.filter((one) => Object.values(data.legend).includes(one.name));
    return {
      animation: false,
      textStyle: font,
      aria: { enabled: true, label: { description: text } },
      grid: { left: rem / 2, right: rem / 2, top: rem, bottom: named.length ? rem * 2.4 : rem / 4,
        outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      legend: { show: named.length > 0, bottom: 0, data: named.map((one) => one.name),
        textStyle: font, selectedMode: false, itemWidth: rem * 1.6, inactiveColor: font.color },
      tooltip: {
        trigger: "axis",
        renderMode: "richText", // as HTML it would need styles that our policy forbids
        axisPointer: { type: "shadow", shadowStyle: { color: token("--ink-soft"), opacity: 0.12 } },
        backgroundColor: token("--raised"),
        borderColor: token("--line-strong"),
        textStyle: { ...font, color: token("--ink") },
        formatter: ([first]) => `${data.labels[first.dataIndex]}\n${data.shown[first.dataIndex]}`,
      },
      xAxis: { type: "category", data: data.labels, axisLabel: { ...font, hideOverlap: true },
        axisTick: { show: false }, axisLine: { lineStyle: { color: token("--line-strong") } } },
      yAxis: { type: "value", min, max, interval,
        splitLine: { lineStyle: { color: token("--line") } },
        axisLabel: { ...font, formatter: (value) => data.ticks[Math.round((value - min) / interval)] ?? "" } },
      series,
    };
  };

  const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) =>
    drawn.get(target)?.resize()));

  const draw = () => {
    for (const [place, chart] of drawn) {
      if (place.isConnected) continue;
      sizes.unobserve(place);
      chart.dispose();
      drawn.delete(place);
    }
    const places = document.querySelectorAll("[data-chart]");
    if (places.length && !window.echarts) return fetched();
    for (const place of places) {
      const text = place.dataset.says ??= place.getAttribute("aria-label");
      let chart = drawn.get(place);
      if (!chart) {
        place.classList.add("chart-drawn");
        chart = echarts.init(place, null, { renderer: "svg" });
        drawn.set(place, chart);
        sizes.observe(place);
      }
      chart.setOption(option(JSON.parse(place.dataset.chart), text), true);
    }
  };

  // half a megabyte, so it comes with the first chart: a filter may bring one later
  let asked;
  const fetched = () => {
    if (asked) return;
    asked = document.createElement("script");
    asked.src = drawer;
    asked.addEventListener("load", draw);
    asked.addEventListener("error", () => { asked.remove(); asked = null; }); // the table says the same
    document.head.append(asked);
  };

  // the dark sheet may be applied a moment after the switch
  const again = () => requestAnimationFrame(() => setTimeout(draw, 50));
  new MutationObserver(again).observe(document.documentElement,
    { attributeFilter: ["data-theme", "data-contrast", "data-font-size"] });
  for (const query of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)", "(forced-colors: active)"])
    matchMedia(query).addEventListener("change", again);
  document.addEventListener("htmx:after:settle", draw);
  draw();
})();
